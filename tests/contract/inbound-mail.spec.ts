import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { Secret } from '../../src/secret/secret.ts';
import type { MailSecrets, MailSenderName } from '../../src/sink/inbound-mail/mail-sender.ts';
import type { Sink } from '../../src/sink/sink.ts';
import { HAS_OPENSSL, WITHOUT_OPENSSL, makeCertificate } from '../support/certificate.ts';
import { ALICE, expect, test } from '../support/sink-test.ts';

const FROM = 'no-reply@acme.example';
const TEXT = 'Ihr Bestätigungscode lautet 482913.';
/** A mail in ISO 8859-1, which is not valid UTF-8. */
const RAW = Buffer.from(
  `Received: from mx.acme.example\r\nDKIM-Signature: v=1; d=acme.example; b=abc\r\nMessage-ID: <one@acme.example>\r\nFrom: Acme <${FROM}>\r\nTo: ${ALICE}\r\nSubject: Ihr Code\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${TEXT}\r\n`,
  'latin1',
);
/** The same mail in UTF-8, for services that put it into JSON. */
const RAW_TEXT = RAW.toString('latin1').replace('iso-8859-1', 'utf-8');
const KEY = Buffer.from('a key that signs webhooks').toString('base64');
const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:inbound';
const CERTIFICATE_URL = 'https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem';
const { publicKey: sendgridKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const SENDGRID_KEY = sendgridKey.export({ format: 'der', type: 'spki' }).toString('base64');

interface Call {
  readonly body: Buffer;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
}

function now(): number {
  return Math.floor(Date.now() / 1000);
}

/** A multipart form with fields as bytes, and one attachment. */
function form(fields: Readonly<Record<string, string | Buffer>>): Call {
  const parts = Object.entries(fields).flatMap(([name, value]) => [
    Buffer.from(`--limit\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n`),
    Buffer.from(value),
    Buffer.from('\r\n'),
  ]);
  const file = `--limit\r\ncontent-disposition: form-data; name="attachment1"; filename="Größe.txt"\r\ncontent-type: text/plain\r\n\r\n`;
  const end = [Buffer.from(file), Buffer.from([0xff, 0x00, 0xfe]), Buffer.from('\r\n--limit--\r\n')];
  return { body: Buffer.concat([...parts, ...end]), type: 'multipart/form-data; boundary=limit' };
}

function json(body: object): Call {
  return { body: Buffer.from(JSON.stringify(body)), type: 'application/json' };
}

async function post(sink: Sink, { body, type = 'message/rfc822', headers = {}, query = '' }: Call): Promise<Response> {
  return await fetch(new URL(`/inbound/mail${query}`, sink.url), {
    method: 'POST',
    body: new Uint8Array(body),
    headers: { 'content-type': type, ...headers },
  });
}

function stored({ store }: Sink): { from: string; to: readonly string[]; raw: Buffer; via: string | undefined }[] {
  return [...store.since(0)].map(({ envelope: { from, to, via }, raw }) => ({ from, to, raw, via }));
}

const ENVELOPE = JSON.stringify({ from: FROM, to: [ALICE] });

function mailgunFields(at = now(), key = KEY): Record<string, string> {
  const token = 'a'.repeat(50);
  const signature = createHmac('sha256', key).update(`${at}${token}`).digest('hex');
  return { recipient: ALICE, sender: FROM, timestamp: String(at), token, signature };
}

const POSTMARK = {
  ...{ From: FROM, FromName: 'Acme', FromFull: { Email: FROM, Name: 'Acme' }, To: ALICE, MessageID: 'p-1' },
  ...{ ToFull: [{ Email: ALICE, Name: '' }], OriginalRecipient: ALICE, MessageStream: 'inbound' },
};

function notification(changes: object = {}): Record<string, string> {
  const received = {
    ...{ notificationType: 'Received', mail: { source: FROM, destination: ['other@acme.test'] } },
    ...{ receipt: { recipients: [ALICE], action: { type: 'SNS', encoding: 'BASE64' } } },
    content: RAW.toString('base64'),
    ...changes,
  };
  return {
    ...{ Type: 'Notification', MessageId: 'n-1', TopicArn: TOPIC, Subject: 'Amazon SES Email Receipt Notification' },
    ...{ Message: JSON.stringify(received), Timestamp: '2026-01-05T10:21:07.339Z' },
  };
}

/** A raw mail, as each service sends it. */
const RAW_CALLS: Readonly<Record<MailSenderName, Call>> = {
  mail: { body: RAW, query: `?to=${encodeURIComponent(ALICE)}&from=${FROM}` },
  sendgrid: form({ email: RAW, envelope: ENVELOPE, subject: 'Ihr Code' }),
  mailgun: form({ ...mailgunFields(), 'body-mime': RAW }),
  postmark: json({ ...POSTMARK, RawEmail: RAW_TEXT }),
  ses: { ...json(notification()), type: 'text/plain; charset=UTF-8' },
};

for (const [service, call] of Object.entries(RAW_CALLS) as [MailSenderName, Call][]) {
  test(`a raw mail of ${service} keeps its bytes, and its code is read`, async ({ sink, openInbox }) => {
    const inbox = await openInbox(ALICE);
    const answer = await post(sink, call);
    expect([answer.status, await answer.json()]).toEqual([200, { taken: true }]);
    const raw = service === 'postmark' ? Buffer.from(RAW_TEXT) : RAW;
    expect(stored(sink)).toEqual([{ from: FROM, to: [ALICE], raw, via: `inbound/${service}` }]);
    expect(await inbox.waitForCode()).toBe('482913');
  });
}

/** A mail that the service has taken apart. */
const PARSED_CALLS: Readonly<Record<string, Call>> = {
  sendgrid: form({
    ...{
      envelope: ENVELOPE,
      from: `Acme <${FROM}>`,
      to: ALICE,
      subject: 'Ihr Code',
      text: Buffer.from(TEXT, 'latin1'),
    },
    headers: 'Message-ID: <one@acme.example>\r\nOTP-Token: 482913\r\nSubject: Ihr\r\n Code\r\n',
    charsets: JSON.stringify({ text: 'iso-8859-1', subject: 'UTF-8' }),
  }),
  mailgun: form({
    ...mailgunFields(),
    ...{ from: `Acme <${FROM}>`, To: ALICE, subject: 'Ihr Code', 'body-plain': TEXT },
    'message-headers': JSON.stringify([['Message-Id', '<one@acme.example>']]),
  }),
  postmark: json({
    ...POSTMARK,
    ...{ Subject: 'Ihr Code', TextBody: TEXT, Headers: [{ Name: 'Message-ID', Value: '<one@acme.example>' }] },
    Attachments: [{ Name: 'Größe.txt', Content: '/wD+', ContentType: 'text/plain', ContentLength: 3 }],
  }),
};

for (const [service, call] of Object.entries(PARSED_CALLS)) {
  test(`a mail that ${service} has taken apart is put together again`, async ({ sink, openInbox }) => {
    const inbox = await openInbox(ALICE);
    expect((await post(sink, call)).status).toBe(200);
    const message = await inbox.waitForMessage();
    expect([message.subject, message.text.trim(), message.from]).toEqual(['Ihr Code', TEXT, FROM]);
    expect(message.headers['message-id']).toBe('<one@acme.example>');
    expect(String(stored(sink)[0]?.raw)).toContain('/wD+'); // the attachment, in Base64
  });
}

test('a delivery that is repeated counts once', async ({ sink }) => {
  for (const service of ['sendgrid', 'mailgun', 'postmark', 'ses'] as const)
    for (let times = 0; times < 2; times++) expect((await post(sink, RAW_CALLS[service])).status).toBe(200);
  expect(stored(sink).map(({ via }) => via)).toEqual([
    'inbound/sendgrid',
    'inbound/mailgun',
    'inbound/postmark',
    'inbound/ses',
  ]);
});

test('the headers of a raw mail are its envelope if the URL has none, and blind copies are not kept', async ({
  sink,
}) => {
  const mail = Buffer.concat([Buffer.from('Bcc: carol@persona.test\r\n'), RAW]);
  // As `curl --data-binary` sends it.
  expect((await post(sink, { body: mail, type: 'application/x-www-form-urlencoded' })).status).toBe(200);
  expect(stored(sink)).toMatchObject([{ from: FROM, to: ['carol@persona.test', ALICE], raw: RAW }]);
});

/** Signs a call of a service with its key, or with another one. */
const SIGNED: Readonly<Record<MailSenderName, (isRight: boolean, at: number) => Call>> = {
  mail: (isRight, at) => {
    const key = Buffer.from(isRight ? KEY : 'AAAA', 'base64');
    const mac = createHmac('sha256', key).update(`m1.${at}.`).update(RAW).digest('base64');
    const headers = { 'webhook-id': 'm1', 'webhook-timestamp': String(at), 'webhook-signature': `v1,${mac}` };
    return { ...RAW_CALLS.mail, headers };
  },
  sendgrid: (isRight, at) => {
    const { body } = RAW_CALLS.sendgrid;
    const signature = sign('sha256', Buffer.concat([Buffer.from(isRight ? String(at) : '1'), body]), privateKey);
    const name = 'x-twilio-email-event-webhook';
    const headers = { [`${name}-timestamp`]: String(at), [`${name}-signature`]: signature.toString('base64') };
    return { ...RAW_CALLS.sendgrid, headers };
  },
  mailgun: (isRight, at) => form({ ...mailgunFields(at, isRight ? KEY : 'other'), 'body-mime': RAW }),
  postmark: (isRight) => ({
    ...RAW_CALLS.postmark,
    headers: { authorization: `Basic ${Buffer.from(`any:${isRight ? KEY : 'other'}`).toString('base64')}` },
  }),
  ses: (isRight) => signedBySns(isRight ? notification() : { ...notification(), TopicArn: `${TOPIC}-of-another` }),
};

const SECRETS: Readonly<Record<MailSenderName, string>> = {
  ...{ mail: KEY, sendgrid: SENDGRID_KEY, mailgun: KEY, postmark: KEY, ses: TOPIC },
};
const WITHOUT_TIME: ReadonlySet<MailSenderName> = new Set(['postmark', 'ses']);

const certificate = HAS_OPENSSL ? makeCertificate() : { key: '', cert: '' };
/** Stands in for Amazon SNS. Records the URLs that were called. */
function amazon(calls: string[]): typeof fetch {
  return (input) => {
    const { href } = new URL(input instanceof Request ? input.url : input);
    calls.push(href);
    return Promise.resolve(new Response(href === CERTIFICATE_URL ? certificate.cert : 'confirmed'));
  };
}

function signedBySns(message: Readonly<Record<string, string>>, url = CERTIFICATE_URL): Call {
  const names = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const text = names.flatMap((name) => (message[name] === undefined ? [] : [`${name}\n${message[name]}\n`])).join('');
  const Signature = sign('sha256', Buffer.from(text), certificate.key).toString('base64');
  return json({ ...message, SignatureVersion: '2', Signature, SigningCertURL: url });
}

function secretsOf(...services: readonly MailSenderName[]): MailSecrets {
  return Object.fromEntries(services.map((one) => [one, new Secret(`sink/${one}`, SECRETS[one])]));
}

test.describe('with secrets', () => {
  test.skip(!HAS_OPENSSL, WITHOUT_OPENSSL);

  for (const service of Object.keys(SECRETS) as MailSenderName[]) {
    test(`a mail of ${service} must be signed, and no other service evades that`, async ({ startSink }) => {
      const sink = await startSink({ inboundMail: secretsOf(service), fetch: amazon([]) });
      const wrong = [...Object.values(RAW_CALLS), SIGNED[service](false, now())];
      if (!WITHOUT_TIME.has(service)) wrong.push(SIGNED[service](true, now() - 3600));
      // The first signature of Mailgun in RAW_CALLS is valid for KEY.
      const refused = wrong.filter((call) => service !== 'mailgun' || call !== RAW_CALLS.mailgun);
      for (const call of refused) expect((await post(sink, call)).status).toBe(403);
      expect(stored(sink)).toEqual([]);
      expect((await post(sink, SIGNED[service](true, now()))).status).toBe(200);
      expect(stored(sink)).toHaveLength(1);
    });
  }

  test('a changed notification, or a certificate of another host, is refused', async ({ startSink }) => {
    const calls: string[] = [];
    const sink = await startSink({ inboundMail: secretsOf('ses'), fetch: amazon(calls) });
    const { body } = signedBySns(notification());
    const changed = { body: Buffer.from(String(body).replace('n-1', 'n-2')), type: 'text/plain' };
    expect((await post(sink, changed)).status).toBe(403);
    for (const url of [
      'https://sns.eu-central-1.amazonaws.com.evil.example/cert.pem',
      'http://sns.eu-central-1.amazonaws.com/cert.pem',
      'https://sns.eu-central-1.amazonaws.com:8443/cert.pem',
      'https://user@sns.eu-central-1.amazonaws.com/cert.pem',
      'https://bucket.s3.amazonaws.com/cert.pem',
      'https://sns.eu-central-1.amazonaws.com/cert.txt',
      'file:///etc/ssl/cert.pem',
    ])
      expect((await post(sink, signedBySns(notification(), url))).status, url).toBe(403);
    expect([stored(sink), calls]).toEqual([[], [CERTIFICATE_URL]]);
  });

  test('a subscription of the topic is confirmed, and none of another', async ({ startSink }) => {
    const calls: string[] = [];
    const sink = await startSink({ inboundMail: secretsOf('ses'), fetch: amazon(calls) });
    const SubscribeURL = 'https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=t';
    const asked = { ...notification(), Type: 'SubscriptionConfirmation', Token: 't', SubscribeURL };
    const { Subject: _, ...message } = asked as Record<string, string>;
    expect((await post(sink, signedBySns({ ...message, TopicArn: 'arn:aws:sns:x:1:other' }))).status).toBe(403);
    expect(calls).toEqual([]);
    const answer = await post(sink, signedBySns(message));
    expect([answer.status, await answer.json()]).toEqual([200, { taken: false }]);
    expect(calls).toEqual([CERTIFICATE_URL, SubscribeURL]);
  });
});

test('without the topic, the sink calls nobody and says how to confirm a subscription', async ({ startSink }) => {
  const calls: string[] = [];
  const sink = await startSink({ fetch: amazon(calls) });
  const mark = sink.store.mark();
  const asked = { ...notification(), Type: 'SubscriptionConfirmation', SubscribeURL: 'http://127.0.0.1:1/' };
  expect((await post(sink, json(asked))).status).toBe(403);
  expect([calls, sink.store.refusalsSince(mark)]).toEqual([
    [],
    [expect.stringContaining('Set PLAYWRIGHT_2FA_SNS_TOPIC')],
  ]);
});

test('a call without a mail is refused with the reason, and is not stored', async ({ sink }) => {
  const mark = sink.store.mark();
  const wrong: [Call, RegExp][] = [
    [{ body: Buffer.from('') }, /no headers/],
    [{ body: Buffer.from('Ihr Code lautet 482913') }, /no headers/],
    [{ body: Buffer.from('From: a@acme.test\r\n\r\nx') }, /header To/],
    [json({ hello: 'world' }), /known forms/],
    [{ body: Buffer.from('{'), type: 'application/json' }, /not valid JSON/],
    [form({ envelope: '{', email: RAW }), /envelope is not valid JSON/],
    [{ ...form({ envelope: ENVELOPE, email: RAW }), type: 'multipart/form-data' }, /boundary/],
    [json(notification({ content: undefined })), /use an SNS action/],
    [json({ ...POSTMARK, From: '', FromFull: {} }), /no sender/],
  ];
  for (const [call, reason] of wrong) {
    const answer = await post(sink, call);
    const { error } = (await answer.json()) as { readonly error: string };
    expect([answer.status, error]).toEqual([400, expect.stringMatching(reason)]);
    expect(error).not.toContain('482913');
  }
  expect(stored(sink)).toEqual([]);
  expect(sink.store.refusalsSince(mark)).toHaveLength(wrong.length);
});

test('a mail over the maximum size is refused', async ({ startSink }) => {
  const sink = await startSink({ maxSize: 100_000 });
  const large = Buffer.concat([RAW, Buffer.alloc(100_000, 'x')]);
  expect((await post(sink, { ...RAW_CALLS.mail, body: large })).status).toBe(413);
  const fits = Buffer.concat([RAW, Buffer.alloc(90_000, 'x')]); // over the limit of other routes
  expect((await post(sink, { ...RAW_CALLS.mail, body: fits })).status).toBe(200);
});

test('a sink with a token requires it in the URL of the webhook, also beside a password', async ({ startSink }) => {
  const sink = await startSink({ token: 'let-me-in', inboundMail: secretsOf('postmark') });
  const call = SIGNED.postmark(true, now());
  expect((await post(sink, call)).status).toBe(401);
  expect((await post(sink, { ...SIGNED.postmark(false, now()), query: '?token=let-me-in' })).status).toBe(403);
  expect((await post(sink, { ...call, query: '?token=let-me-in' })).status).toBe(200);
});
