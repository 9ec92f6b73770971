import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { type ErrorCode, TwoFactorError } from '../../src/core/errors.ts';
import { decodeMessage, messageOf } from '../../src/message/decode.ts';
import { findCode } from '../../src/codes/find-code.ts';
import { findLink } from '../../src/codes/find-link.ts';
import type { Envelope, Message } from '../../src/message/message.ts';

/** A message as a service writes it, with the code and the link that a careful person finds in it. */
interface Sample {
  readonly id: string;
  readonly channel: 'sms' | 'email';
  readonly lang: string;
  readonly from: string;
  readonly subject?: string;
  readonly text?: string;
  readonly html?: string;
  /** `null`: the message has no code, or several equal ones. */
  readonly code: string | null;
  /** `null`: no link asks to be followed. Omitted: the message has no link. */
  readonly link?: string | null;
  /** Reason why the message is hard to read. */
  readonly trap: string;
}

const FOLDER = new URL('../messages/', import.meta.url);
const FAMILIES = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .sort();
const SAMPLES = new Map(
  FAMILIES.map((name) => [name, JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as readonly Sample[]]),
);

for (const [name, samples] of SAMPLES) {
  test.describe(name, () => {
    for (const sample of samples) {
      test(`${sample.id}: ${sample.trap}`, async () => {
        const message = await read(sample);
        expect
          .soft(outcome(() => findCode(message)))
          .toEqual(sample.code === null ? nothing('CODE_NOT_FOUND', 'CODE_AMBIGUOUS') : sample.code);
        if (sample.link === undefined) return;
        expect
          .soft(outcome(() => findLink(message)))
          .toEqual(sample.link === null ? nothing('LINK_NOT_FOUND') : sample.link);
      });
    }
  });
}

test('the set is large and in many languages, and every message has a reason to be hard', () => {
  const all = [...SAMPLES.values()].flat();
  expect(all.length).toBeGreaterThanOrEqual(150);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  expect(new Set(all.map(({ lang }) => lang)).size).toBeGreaterThanOrEqual(25);
  const share = all.filter(({ code }) => code !== null).length / all.length;
  expect(share).toBeGreaterThan(0.4);
  expect(share).toBeLessThan(0.7);
  for (const { id, trap, text, html } of all) {
    expect(trap, id).toMatch(/^\S.*\S$/);
    expect(text ?? html, id).toBeTruthy();
  }
});

async function read({ id, channel: kind, from, subject, text, html }: Sample): Promise<Message> {
  const to = kind === 'sms' ? '+12025550143' : 'alice@persona.test';
  const raw = Buffer.from(text ?? '');
  const envelope: Envelope = { kind, id, seq: 1, from, to: [to], receivedAt: 0, size: raw.length };
  return kind === 'sms'
    ? await decodeMessage(envelope, raw)
    : messageOf(envelope, { from, subject, plain: text, html });
}

/** Returns the result of a reading, or the code of its error. */
function outcome(read: () => string): string {
  try {
    return read();
  } catch (error) {
    if (error instanceof TwoFactorError) return refusal(error.code);
    throw error;
  }
}

function refusal(code: ErrorCode): string {
  return `threw ${code}`;
}

function nothing(...codes: ErrorCode[]): unknown {
  return expect.stringMatching(new RegExp(`^(?:${codes.map(refusal).join('|')})$`));
}
