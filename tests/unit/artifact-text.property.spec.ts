import { expect, test } from '@playwright/test';
import type { ArtifactKind } from '../../src/redaction/redact-stream.ts';
import fc from '../support/property.ts';
import { chunksOf, redactionOf } from '../support/redaction.ts';

const SECRETS = {
  code: '482913',
  password: 'Correct-Horse',
  token: 'abcabcabc',
  signed: 'abcabcabc.signature-of-the-token',
  key: 'line one\nline "two"\n',
};
const redaction = redactionOf(SECRETS);
const chunked = redactionOf(SECRETS, { maxWhole: 100 });

const words = fc.oneof(
  fc.constantFrom(...Object.values(SECRETS), ...Object.values(SECRETS).map((value) => JSON.stringify(value))),
  fc.constantFrom('1', '.', '"', '\\', '{', '[', ' ', 'abc', 'abcabcabc.', '\n', '\r\n', '\u001b[31m', '482', '"n":'),
  fc.constantFrom('"password":"x"', 'cookie: a=12', '{"password":"x"}\n', '{"a":482913}\n', '- textbox', 'ä', '😀'),
);
const texts = fc.array(words, { maxLength: 40 }).map((parts) => Buffer.from(parts.join('')));
const bytes = fc
  .array(
    fc.oneof(
      words.map((word) => Buffer.from(word)),
      fc.uint8Array({ maxLength: 9 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => Buffer.concat(parts));
/** Content without secrets, by value or by name. */
const harmless = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 80 }).map((text) => Buffer.from(text)),
  fc.json().map((text) => Buffer.from(`${text}\r\n${text}`)),
  fc
    .constantFrom('', '\n', '{', '[\u001b[31m]\n', '{"a":1.0}', 'a\r\nb', '"password":', '{"cookies":[]}', '\ufeff{}')
    .map((text) => Buffer.from(text)),
);
const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 });
const KINDS = ['binary', 'json', 'json-lines', 'text'] as const;

async function redact(
  { text }: typeof redaction,
  content: Buffer,
  kind: ArtifactKind,
  sizes: readonly number[],
): Promise<{ clean: string; isChanged: boolean }> {
  let isChanged = false;
  const chunks: Buffer[] = [];
  for await (const chunk of text.redact(chunksOf(content, sizes), kind, () => (isChanged = true))) chunks.push(chunk);
  return { clean: Buffer.concat(chunks).toString('latin1'), isChanged };
}

for (const kind of KINDS) {
  test(`the result for content of the kind ${kind} does not depend on its chunks`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(texts, bytes), sizes, async (content, sizes) => {
        // A value of two lines never occurs in a line of JSON.
        fc.pre(kind !== 'json-lines' || !content.includes(SECRETS.key));
        const { clean, isChanged } = await redact(redaction, content, kind, sizes);
        expect(clean).toBe(redaction.text.redactWhole(content, kind).toString('latin1'));
        expect(isChanged).toBe(clean !== content.toString('latin1'));
      }),
      { numRuns: 300 },
    );
  });

  test(`content of the kind ${kind} without secrets does not change`, async () => {
    await fc.assert(
      fc.asyncProperty(harmless, sizes, async (content, sizes) => {
        const given = Buffer.from(content);
        for (const one of [redaction, chunked])
          expect(await redact(one, given, kind, sizes)).toEqual({ clean: given.toString('latin1'), isChanged: false });
      }),
      { numRuns: 300 },
    );
  });
}

for (const kind of ['text', 'json'] as const) {
  test(`the result for ${kind} above the size limit does not depend on its chunks`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(texts, bytes), sizes, async (content, sizes) => {
        fc.pre(content.length > 100);
        const { clean } = await redact(chunked, content, kind, sizes);
        expect(clean).toBe(redaction.redactor.bytes(content).toString('latin1'));
      }),
      { numRuns: 500 },
    );
  });
}

test('a value with a repeating pattern is masked at any chunk boundary', async () => {
  const content = Buffer.from(`${'-'.repeat(500)}${'abcabcabc'.repeat(60)}${'-'.repeat(500)}`);
  for (let size = 1; size < 40; size++)
    expect((await redact(chunked, content, 'text', [size])).clean).toBe(
      `${'-'.repeat(500)}${'[secret token]'.repeat(60)}${'-'.repeat(500)}`,
    );
});

test('a line of JSON stays valid for any content of its strings', () => {
  const line = fc.array(words, { maxLength: 12 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.dictionary(line, fc.oneof(line, fc.constantFrom(482913, -482913, 4.82913, null))), (given) => {
      const clean = redaction.text.redactWhole(Buffer.from(`${JSON.stringify(given)}\n`), 'json-lines').toString();
      expect(clean).toMatch(/^\{.*\}\n$/);
      const numbers = (value: object): unknown[] => Object.values(value).filter((one) => typeof one === 'number');
      expect(numbers(JSON.parse(clean) as object)).toEqual(numbers(JSON.parse(JSON.stringify(given)) as object));
    }),
    { numRuns: 300 },
  );
});
