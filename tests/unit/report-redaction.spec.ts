import { expect, test } from '@playwright/test';
import { redactionOf } from '../support/redaction.ts';

const { report } = redactionOf({ code: '482913', password: 'correct-horse-battery' });
const redacted = <T>(value: T): T => {
  report.redact(value);
  return value;
};

test('a step is redacted: title, parameters, error and cause', () => {
  const step = redacted({
    title: 'Fill "482913"',
    params: { selector: '#pw', value: 'correct-horse-battery', nested: [{ headers: { cookie: 'a=12' } }] },
    error: {
      message: 'not 482913',
      stack: 'Error: 482913',
      snippet: '> 482913',
      value: '482913',
      cause: { message: '482 913' },
    },
    annotations: [{ type: 'issue', description: 'code 482913' }],
    location: { file: '/482913.ts', line: 482913 },
  });
  expect(JSON.stringify({ ...step, location: undefined })).not.toMatch(/482.?913|correct-horse|a=12/);
  expect(step.location).toEqual({ file: '/482913.ts', line: 482913 });
});

test('an attachment is redacted, as bytes and as Base64', () => {
  const body = Buffer.from('code 482913');
  const [bytes, text] = redacted([
    { name: '482913', contentType: 'text/plain', body },
    { name: 'a', contentType: 'image/svg+xml', body: Buffer.from('<svg>482913').toString('base64') },
  ] as const);
  expect([bytes.name, bytes.body.toString()]).toEqual(['[secret code]', 'code [secret code]']);
  expect(Buffer.from(text.body, 'base64').toString()).toBe('<svg>[secret code]');
});

test('an attached picture is not changed', () => {
  const body = Buffer.from('\u0089PNG 482913');
  expect(redacted({ name: 'a', contentType: 'image/png', body }).body).toBe(body);
});

test('an attachment is redacted again when a secret becomes known', () => {
  const late = redactionOf();
  const attachment = { name: 'a', contentType: 'text/plain', body: Buffer.from('late-secret') };
  late.report.redact([attachment]);
  expect(attachment.body.toString()).toBe('late-secret');
  late.known.add('late-secret', 'x');
  late.report.redact([attachment]);
  expect(attachment.body.toString()).toBe('[secret x]');
});

test('output is redacted: text, bytes, and a report in JSON', () => {
  const chunks = ['code 482913', Buffer.from('code 482913\n'), '{"code":482913,"title":"482913"}'];
  report.redactAll(chunks);
  expect(chunks.map(String)).toEqual([
    'code [secret code]',
    'code [secret code]\n',
    '{"code":0,"title":"[secret code]"}',
  ]);
  const none: string[] = [];
  report.redactLast(none);
  expect(none).toEqual([]);
});

test('empty and unknown values are accepted', () => {
  for (const nothing of [undefined, null, 1, 'text', [], {}, { error: undefined }, { contentType: undefined }])
    expect(() => report.redact(nothing)).not.toThrow();
});

test('the path of a step is redacted, as reporters of users read it', () => {
  const title = 'Fill "482913"';
  const step = redacted(redacted({ title, titlePath: () => ['Sign in', title] }));
  expect(step.titlePath()).toEqual(['Sign in', 'Fill "[secret code]"']);
});
