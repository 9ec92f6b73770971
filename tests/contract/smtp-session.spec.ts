import { ALICE, api, expect, list, sendMail, test } from '../support/sink.ts';
import { SmtpClient } from '../support/smtp-client.ts';

const CREDENTIALS = { auth: { user: 'mailer', pass: 'any password' } };
/** The certificate is the sink's own, which nobody vouches for. */
const TRUSTING = { requireTLS: true, tls: { rejectUnauthorized: false } };

test.describe('without options', () => {
  test('the sink offers neither AUTH nor STARTTLS, and takes mail after a refused AUTH', async ({ sink, closing }) => {
    const client = closing(await SmtpClient.connect(sink));
    const offer = await client.command('EHLO test');
    expect(offer).not.toMatch(/AUTH|STARTTLS/);
    expect(offer).toMatch(/^250[- ]SIZE 26214400$/m);
    expect(await client.command('AUTH PLAIN AG1haWxlcgB4')).toMatch(/^5\d\d /);
    expect(await client.sendRaw(ALICE, Buffer.from('Subject: all the same\r\n\r\nHello\r\n'))).toMatch(/^250 /);
  });

  test('a client with credentials sends without them', async ({ sink }) => {
    await sendMail(sink, { subject: 'Hello' }, CREDENTIALS);
    expect(await list(sink)).toMatchObject([{ subject: 'Hello' }]);
  });

  test('a client that insists on TLS without being offered it is not sent away', async ({ sink }) => {
    await sendMail(sink, { subject: 'Hello' }, TRUSTING);
    expect(await list(sink)).toMatchObject([{ subject: 'Hello' }]);
  });
});

test.describe('with acceptAuth', () => {
  test.use({ sinkOptions: { acceptAuth: true } });

  for (const method of ['PLAIN', 'LOGIN']) {
    test(`AUTH ${method} is announced and takes any credentials`, async ({ sink, closing }) => {
      const client = closing(await SmtpClient.connect(sink));
      expect(await client.command('EHLO test')).toMatch(new RegExp(`AUTH .*${method}`));
      await sendMail(sink, { subject: 'Hello' }, { ...CREDENTIALS, authMethod: method });
      expect(await list(sink)).toMatchObject([{ subject: 'Hello' }]);
    });
  }

  test('a client without credentials is taken too', async ({ sink }) => {
    await sendMail(sink, { subject: 'Hello' });
    expect(await list(sink)).toMatchObject([{ subject: 'Hello' }]);
  });
});

test.describe('with startTls', () => {
  test.use({ sinkOptions: { startTls: true } });

  test('a mail comes over TLS', async ({ sink, closing }) => {
    const client = closing(await SmtpClient.connect(sink));
    expect(await client.command('EHLO test')).toContain('STARTTLS');
    const text = 'A line\n.with a dot\n..and two\n'.repeat(1000);
    await sendMail(sink, { subject: 'Encrypted', text }, TRUSTING);
    const [mail] = await list(sink);
    expect(mail).toMatchObject({ subject: 'Encrypted' });
    const { body } = await api(sink, `/api/messages/${mail?.id}`);
    expect(body).toMatchObject({ text });
  });

  test('a client that checks the certificate refuses it', async ({ sink }) => {
    await expect(sendMail(sink)).rejects.toThrow(/certificate/);
    expect(await list(sink)).toEqual([]);
  });
});
