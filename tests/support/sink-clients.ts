import nodemailer, { type SendMailOptions } from 'nodemailer';
import type { Sink } from '../../src/sink/sink.ts';

export const ALICE = 'alice@persona.test';
export const BOB = 'bob@persona.test';
export const ALICE_NUMBER = '+12025550143';

type Transport = Parameters<typeof nodemailer.createTransport>[0] & object;

/** Sends a mail over a new connection, by default from Acme to Alice. */
export async function sendMail(
  { smtpPort }: Pick<Sink, 'smtpPort'>,
  content: SendMailOptions = {},
  options: Transport = {},
): Promise<void> {
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port: smtpPort, ...options } as Transport);
  await transport.sendMail({
    from: 'Acme <no-reply@acme.example>',
    to: ALICE,
    subject: 'Acme',
    text: 'Hello',
    ...content,
  });
}

/** Sends a mail that contains a code. */
export async function sendCode(
  sink: Pick<Sink, 'smtpPort'>,
  code: string,
  content: SendMailOptions = {},
): Promise<void> {
  await sendMail(sink, { subject: 'Sign in', text: `Your verification code is ${code}.`, ...content });
}

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** Sends an HTTP request to a sink. */
export async function api({ url }: Pick<Sink, 'url'>, path: string, init: RequestInit = {}): Promise<Reply> {
  const response = await fetch(new URL(path, url), init);
  return { status: response.status, body: await response.json() };
}

/** Sends an SMS, by default from Acme to Alice. */
export async function postSms(sink: Sink, fields: Readonly<Record<string, string>>): Promise<Reply> {
  return await api(sink, '/sms', {
    method: 'POST',
    body: JSON.stringify({ from: 'ACME', to: ALICE_NUMBER, ...fields }),
  });
}
