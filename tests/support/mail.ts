import { randomUUID } from 'node:crypto';
import nodemailer, { type SendMailOptions } from 'nodemailer';
import { decodeMessage } from '../../src/message/decode.ts';
import type { Message } from '../../src/message/message.ts';

/** Composes a mail as a mail library sends it. */
export async function composeMail(content: SendMailOptions): Promise<Buffer> {
  const composer = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const { message } = await composer.sendMail({
    from: 'Acme <no-reply@acme.example>',
    to: 'alice@persona.test',
    ...content,
  });
  return message as Buffer;
}

/** Composes a mail, and returns it decoded. */
export async function readMail(content: SendMailOptions): Promise<Message> {
  return await readRaw(await composeMail(content));
}

export async function readRaw(raw: string | Buffer): Promise<Message> {
  return await decode('email', 'bounce@acme.example', 'alice@persona.test', Buffer.from(raw));
}

export async function readSms(text: string, from = '+12025550100'): Promise<Message> {
  return await decode('sms', from, '+12025550143', Buffer.from(text));
}

async function decode(kind: 'email' | 'sms', from: string, to: string, raw: Buffer): Promise<Message> {
  return await decodeMessage({ kind, id: randomUUID(), seq: 1, from, to: [to], receivedAt: 0, size: raw.length }, raw);
}
