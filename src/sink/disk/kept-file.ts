import type { Envelope } from '../../message/message.ts';

/** Header in front of a kept mail. It takes one line, and is removed when the mail is read. */
const HEADER = 'X-Playwright-2fa-Envelope: ';

/** Returns the content of the file that keeps a message: a mail behind its envelope, or an SMS as JSON. */
export function encodeKept(envelope: Envelope, raw: Buffer): Buffer {
  if (envelope.kind === 'sms')
    return Buffer.from(JSON.stringify({ envelope, text: raw.toString('utf8') }, undefined, 2));
  return Buffer.concat([Buffer.from(`${HEADER}${ascii(JSON.stringify(envelope))}\r\n`), raw]);
}

/** @throws Error if the content is not a whole message */
export function decodeKept(kind: Envelope['kind'], content: Buffer): { envelope: Envelope; raw: Buffer } {
  const { envelope, raw } = kind === 'sms' ? decodeSms(content) : decodeMail(content);
  if (!isEnvelope(envelope) || envelope.kind !== kind) throw new Error('it has no envelope of the sink');
  if (raw.length !== envelope.size) throw new Error(`it has ${raw.length} bytes instead of ${envelope.size}`);
  return { envelope, raw };
}

function decodeSms(content: Buffer): { envelope: unknown; raw: Buffer } {
  const { envelope, text } = JSON.parse(content.toString('utf8')) as { envelope: unknown; text: unknown };
  return { envelope, raw: Buffer.from(String(text)) };
}

function decodeMail(content: Buffer): { envelope: unknown; raw: Buffer } {
  const end = content.indexOf('\r\n');
  const line = content.toString('latin1', 0, Math.max(end, 0));
  if (!line.startsWith(HEADER)) throw new Error('it has no envelope of the sink');
  return { envelope: JSON.parse(line.slice(HEADER.length)), raw: content.subarray(end + 2) };
}

function isEnvelope(value: unknown): value is Envelope {
  const { seq, from, to, receivedAt, id } = (value ?? {}) as Partial<Record<keyof Envelope, unknown>>;
  const isText = (text: unknown): boolean => typeof text === 'string';
  return (
    Number.isSafeInteger(seq) &&
    isText(from) &&
    isText(id) &&
    Number.isFinite(receivedAt) &&
    Array.isArray(to) &&
    to.every(isText)
  );
}

function ascii(json: string): string {
  return json.replaceAll(/[\u007F-\uFFFF]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
