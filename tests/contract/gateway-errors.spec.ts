import { SendEmailCommand as SendEmailV2Command } from '@aws-sdk/client-sesv2';
import { SendEmailCommand } from '@aws-sdk/client-ses';
import { PublishCommand } from '@aws-sdk/client-sns';
import { EmailParams, Recipient, Sender } from 'mailersend';
import { Resend } from 'resend';
import {
  brevoAt,
  FROM,
  MAIL_CLIENTS,
  outcomeOf,
  mailersendAt,
  mailgunAt,
  postmarkAt,
  sendgridAt,
  ses,
  sesV2,
  sns,
  vonageAt,
} from '../support/gateway-clients.ts';
import { BOB, ALICE, ALICE_NUMBER, START, api, expect, test } from '../support/sink-test.ts';

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

test.describe('limits', () => {
  test.use({ sinkOptions: { maxSize: 300_000 } });

  for (const [name, { send }] of Object.entries(MAIL_CLIENTS)) {
    test(`a mail sent with ${name} may be as large as one by SMTP, and no larger`, async ({ sink }) => {
      const mail = { to: ALICE, subject: 'Large', text: 'x' };
      await send(sink, { ...mail, attachment: { name: 'a.txt', content: 'x'.repeat(150_000) } });
      expect(sink.store.size.messages).toBe(1);
      const larger = send(sink, { ...mail, attachment: { name: 'a.txt', content: 'x'.repeat(400_000) } });
      expect(await outcomeOf(larger)).toBe('refused');
      expect([sink.store.size.messages, sink.store.unfinished.bytes]).toEqual([1, 0]);
      expect(sink.store.refusalsSince(START)).toEqual([expect.stringContaining('over the sink')]);
    });
  }

  test('a body in pieces, whose size nobody announces, is cut at the limit', async ({ sink }) => {
    const piece = new TextEncoder().encode('x'.repeat(50_000));
    let count = 0;
    const body = new ReadableStream({ pull: (stream) => (count++ < 100 ? stream.enqueue(piece) : stream.close()) });
    const outcome = await api(sink, '/emails', { method: 'POST', body, duplex: 'half' } as RequestInit).then(
      ({ status }) => status,
      () => 'cut off',
    );
    expect([413, 'cut off']).toContain(outcome);
    expect(sink.store.refusalsSince(START)).toEqual([expect.stringContaining('over the sink')]);
    expect(sink.store.unfinished.bytes).toBe(0);
  });

  test('a mail takes as many recipients as one by SMTP', async ({ sink }) => {
    const to = (count: number): { email: string }[] =>
      Array.from({ length: count }, (_, index) => ({ email: `${index}@persona.test` }));
    const send = (count: number): Promise<unknown> =>
      sendgridAt(sink.url).send({ from: FROM, to: to(count), subject: 'x', text: 'x' });
    await send(1000);
    await expect(send(1001)).rejects.toMatchObject({ code: 400 });
  });

  test('a form has at most a thousand parts', async ({ sink }) => {
    const form = new FormData();
    for (let index = 0; index < 1001; index++) form.append('to', ALICE);
    expect(await api(sink, '/v3/acme.example/messages', { method: 'POST', body: form })).toMatchObject({ status: 400 });
  });

  test('values that grow a mail beyond measure are refused, and evict nothing', async ({ sink }) => {
    await sendgridAt(sink.url).send({ from: FROM, to: BOB, subject: 'x', text: 'x' });
    // Each tag stands twice in the value of the one before it.
    const tags = Array.from({ length: 26 }, (_, index) => `<${index}>`);
    const substitutions = Object.fromEntries(tags.map((tag, index) => [tag, `<${index + 1}>`.repeat(2)]));
    await sendgridAt(sink.url).send({
      ...{ from: FROM, subject: 'x', text: tags[0]! },
      personalizations: [{ to: ALICE, substitutions }],
    });
    const code = (request: Promise<unknown>): Promise<unknown> => request.then(Number, (error: unknown) => error);
    const long = { 'recipient-variables': JSON.stringify({ [ALICE]: { x: 'x'.repeat(5000) } }) };
    const text = '%recipient.x%'.repeat(500);
    const mailgun = mailgunAt(sink.url).messages.create('a.example', {
      from: FROM,
      to: [ALICE],
      subject: 'x',
      text,
      ...long,
    });
    expect(await code(mailgun)).toMatchObject({ status: 413 });
    const personalizations = Array.from({ length: 1000 }, () => ({ to: ALICE }));
    const many = sendgridAt(sink.url).send({ from: FROM, subject: 'x', text: 'x'.repeat(40_000), personalizations });
    expect(await code(many)).toMatchObject({ code: 413 });
    expect([...sink.store.since(0)].map(({ envelope }) => envelope.size < 5000)).toEqual([true, true]);
  });

  test('a form of many fields is refused at once', async ({ sink }) => {
    const members = Array.from({ length: 8000 }, (_, index) => `Destination.ToAddresses.member.${index + 1}=a@b.test`);
    const startedAt = performance.now();
    const body = `Action=SendEmail&Source=a@b.test&${members.join('&')}`;
    expect(
      await api(sink, '/', { method: 'POST', body }).then(
        ({ status }) => status,
        () => 400,
      ),
    ).toBe(400);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  for (const path of [
    '/emails',
    '/email',
    '/v3/mail/send',
    '/v2/email/outbound-emails',
    '/v3/smtp/email',
    '/v1/email',
  ]) {
    test(`a body that is not JSON is refused at ${path}`, async ({ sink }) => {
      for (const body of ['', '{', '['.repeat(100_000), 'null', '[]', '"to"', '\0']) {
        const { status } = await api(sink, path, { method: 'POST', body });
        expect([400, 422]).toContain(status);
      }
      expect(sink.store.size.messages).toBe(0);
    });
  }
});
