import { SendEmailCommand as SendEmailV2Command } from '@aws-sdk/client-sesv2';
import { SendEmailCommand } from '@aws-sdk/client-ses';
import { PublishCommand } from '@aws-sdk/client-sns';
import { EmailParams, Recipient, Sender } from 'mailersend';
import { Resend } from 'resend';
import {
  FROM,
  brevoAt,
  mailersendAt,
  mailgunAt,
  postmarkAt,
  sendgridAt,
  ses,
  sesV2,
  sns,
  vonageAt,
} from '../support/gateway-clients.ts';
import { ALICE, ALICE_NUMBER, START, expect, test } from '../support/sink-test.ts';

const HTML = '<b>482913</b>';

/** A request that a vendor refuses, as its official client shows it. */
interface Refused {
  readonly name: string;
  readonly send: (url: string) => Promise<unknown>;
  readonly error: Record<string, unknown>;
}

const resendError = async (url: string, fields: object): Promise<unknown> => {
  const { error } = await new Resend('re_any', { baseUrl: url }).emails.send(fields as never);
  return error === null ? undefined : Promise.reject(Object.assign(new Error(error.message), error));
};
const simple = { Simple: { Subject: { Data: 'Sign in' }, Body: { Text: { Data: 'x' } } } };
const v1 = { Subject: { Data: 'Sign in' }, Body: { Text: { Data: 'x' } } };

const REFUSED: readonly Refused[] = [
  {
    name: 'Resend without a recipient',
    send: (url) => resendError(url, { from: FROM, subject: 'x', text: 'x' }),
    error: { statusCode: 422, name: 'missing_required_field', message: 'Missing `to` field.' },
  },
  {
    name: 'Resend with a sender that is none',
    send: (url) => resendError(url, { from: 'Acme', to: ALICE, subject: 'x', text: 'x' }),
    error: { statusCode: 422, name: 'validation_error', message: expect.stringContaining('Invalid `from` field') },
  },
  {
    name: 'Resend without a text',
    send: (url) => resendError(url, { from: FROM, to: ALICE, subject: 'x' }),
    error: { statusCode: 422, name: 'validation_error' },
  },
  {
    name: 'Resend with more recipients than it takes',
    send: (url) => resendError(url, { from: FROM, to: Array(51).fill(ALICE), subject: 'x', text: 'x' }),
    error: { statusCode: 422 },
  },
  {
    name: 'SendGrid without a subject',
    send: (url) => sendgridAt(url).send({ from: FROM, to: ALICE, text: 'x' }),
    error: { code: 400, response: { body: { errors: [{ field: 'subject', help: expect.any(String) }] } } },
  },
  {
    name: 'SendGrid with an address that is none',
    send: (url) => sendgridAt(url).send({ from: FROM, to: 'alice', subject: 'x', text: 'x' }),
    error: { code: 400, response: { body: { errors: [{ field: 'personalizations.0.to' }] } } },
  },
  {
    name: 'SES version 2 with an address that is none',
    send: (url) =>
      sesV2(url).send(
        new SendEmailV2Command({
          FromEmailAddress: FROM,
          Destination: { ToAddresses: ['alice'] },
          Content: simple,
        }),
      ),
    error: { name: 'BadRequestException', message: 'Illegal address', $metadata: { httpStatusCode: 400 } },
  },
  {
    name: 'SES version 2 without a recipient',
    send: (url) => sesV2(url).send(new SendEmailV2Command({ FromEmailAddress: FROM, Content: simple })),
    error: { name: 'BadRequestException', message: expect.stringContaining('destination') },
  },
  {
    name: 'SES version 1 without a sender',
    send: (url) =>
      ses(url).send(new SendEmailCommand({ Source: undefined, Destination: { ToAddresses: [ALICE] }, Message: v1 })),
    error: { name: 'ValidationError', message: expect.stringContaining("'source'"), Type: 'Sender' },
  },
  {
    name: 'Mailgun without a sender',
    send: (url) => mailgunAt(url).messages.create('acme.example', { to: ALICE, subject: 'x', text: 'x' }),
    error: { status: 400, details: 'from parameter is missing' },
  },
  {
    name: 'Mailgun with an address that is none',
    send: (url) => mailgunAt(url).messages.create('acme.example', { from: FROM, to: 'alice', text: 'x' }),
    error: { status: 400, details: expect.stringContaining("'to' parameter is not a valid address") },
  },
  {
    name: 'Postmark without a recipient',
    send: (url) => postmarkAt(url).sendEmail({ From: FROM, Subject: 'x', TextBody: 'x' }),
    error: { name: 'InvalidEmailRequestError', code: 300, statusCode: 422, message: 'Zero recipients specified' },
  },
  {
    name: 'Postmark without a text',
    send: (url) => postmarkAt(url).sendEmail({ From: FROM, To: ALICE, Subject: 'x' }),
    error: { code: 300, message: expect.stringContaining('TextBody or HtmlBody') },
  },
  {
    name: 'Brevo without a sender',
    send: (url) => brevoAt(url).transactionalEmails.sendTransacEmail({ to: [{ email: ALICE }], subject: 'x' }),
    error: { statusCode: 400, body: { code: 'missing_parameter', message: 'sender is missing' } },
  },
  {
    name: 'MailerSend without a subject',
    send: (url) =>
      mailersendAt(url).email.send(
        new EmailParams().setFrom(new Sender('a@acme.example')).setTo([new Recipient(ALICE)]),
      ),
    error: { statusCode: 422, body: { errors: { subject: [expect.any(String)] } } },
  },
  {
    name: 'SNS with a number that is none',
    send: (url) => sns(url).send(new PublishCommand({ PhoneNumber: 'alice', Message: 'x' })),
    error: { name: 'InvalidParameterException', message: expect.stringContaining('not valid to publish to') },
  },
  {
    name: 'SNS to a topic',
    send: (url) => sns(url).send(new PublishCommand({ TopicArn: 'arn:aws:sns:eu:1:a', Message: 'x' })),
    error: { name: 'NotFoundException' },
  },
  {
    name: 'Vonage without a text',
    send: (url) => vonageAt(url).send({ to: '12025550143', from: 'ACME', text: '' }),
    error: { response: { messages: [{ status: '2', errorText: 'Missing text param' }] } },
  },
];

for (const { name, send, error } of REFUSED) {
  test(`${name} fails as at the vendor, and waits report it`, async ({ sink }) => {
    await expect(send(sink.url)).rejects.toMatchObject(error);
    expect(sink.store.size.messages).toBe(0);
    expect(sink.store.refusalsSince(START)).toHaveLength(1);
  });
}

test.describe('a batch', () => {
  const mail = { from: FROM, to: ALICE, subject: 'Sign in', text: HTML };
  const bad = { ...mail, to: 'alice' };

  test('of Resend is stored whole or not at all', async ({ sink }) => {
    const client = new Resend('re_any', { baseUrl: sink.url });
    expect((await client.batch.send([mail, bad])).error).toMatchObject({ statusCode: 422 });
    expect(sink.store.size.messages).toBe(0);
    const { data } = await client.batch.send([mail, mail]);
    expect(data?.data).toEqual([{ id: expect.any(String) }, { id: expect.any(String) }]);
    expect(sink.store.size.messages).toBe(2);
  });

  test('of Resend, on request without the mails that are refused', async ({ sink }) => {
    const client = new Resend('re_any', { baseUrl: sink.url });
    const { data } = await client.batch.send([bad, mail], { batchValidation: 'permissive' });
    expect(data).toEqual({
      data: [{ id: expect.any(String) }],
      errors: [{ index: 0, message: expect.stringContaining('`to`') }],
    });
    expect([sink.store.size.messages, sink.store.refusalsSince(START).length]).toEqual([1, 1]);
  });

  test('of Postmark has an outcome for each mail', async ({ sink }) => {
    const postmark = { From: FROM, To: ALICE, Subject: 'x', TextBody: 'x' };
    expect(await postmarkAt(sink.url).sendEmailBatch([postmark, { ...postmark, To: '' }])).toEqual([
      expect.objectContaining({ ErrorCode: 0, Message: 'OK', To: ALICE, MessageID: expect.any(String) }),
      { ErrorCode: 300, Message: 'Zero recipients specified' },
    ]);
    expect([sink.store.size.messages, sink.store.refusalsSince(START).length]).toEqual([1, 1]);
  });
});

test('what the vendor would not deliver is not delivered, and waits report it', async ({ sink }) => {
  await sendgridAt(sink.url).send({
    ...{ from: FROM, to: ALICE, subject: 'x', text: 'x' },
    mailSettings: { sandboxMode: { enable: true } },
  });
  await mailgunAt(sink.url).messages.create('acme.example', {
    ...{ from: FROM, to: ALICE, subject: 'x', text: 'x', 'o:testmode': 'yes' },
  });
  expect(sink.store.size.messages).toBe(0);
  expect(sink.store.refusalsSince(START)).toEqual([
    expect.stringContaining('Sandbox mode'),
    expect.stringContaining('Test mode'),
  ]);
});

test('the answers have the ids of the vendors', async ({ sink }) => {
  const content = { from: FROM, to: ALICE, subject: 'x', text: 'x' };
  const [sent] = await sendgridAt(sink.url).send(content);
  expect([sent.statusCode, sent.body, sent.headers]).toEqual([
    202,
    '',
    expect.objectContaining({ 'x-message-id': expect.stringMatching(/^[\w-]{22}$/) }),
  ]);
  const queued = await mailgunAt(sink.url).messages.create('acme.example', content);
  expect(queued).toMatchObject({ id: expect.stringMatching(/^<.*@acme\.example>$/), message: 'Queued. Thank you.' });
  const posted = await postmarkAt(sink.url).sendEmail({ From: FROM, To: ALICE, Subject: 'x', TextBody: 'x' });
  expect(posted).toMatchObject({ ErrorCode: 0, Message: 'OK', To: ALICE, MessageID: expect.any(String) });
  expect(Date.now() - Date.parse(posted.SubmittedAt)).toBeLessThan(60_000);
  const { MessageId: id } = await sns(sink.url).send(new PublishCommand({ PhoneNumber: ALICE_NUMBER, Message: 'x' }));
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  const { messages } = await vonageAt(sink.url).send({ to: '12025550143', from: 'ACME', text: 'x' });
  expect(messages).toMatchObject([{ to: '12025550143', status: '0', messageId: expect.any(String) }]);
});
