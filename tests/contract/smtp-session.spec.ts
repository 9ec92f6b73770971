import { ALICE, expect, sendMail, test } from '../support/sink-test.ts';

const CREDENTIALS = { auth: { user: 'mailer', pass: 'any password' } };
/** The certificate of the sink is self-signed. */
const TRUSTING = { requireTLS: true, tls: { rejectUnauthorized: false } };

test.describe('without options', () => {
  test('the sink offers neither AUTH nor STARTTLS, and accepts mail after a refused AUTH', async ({ openSmtp }) => {
    const client = await openSmtp();
    const offer = await client.command('EHLO test');
    expect(offer).not.toMatch(/AUTH|STARTTLS/);
    expect(offer).toMatch(/^250[- ]SIZE 26214400$/m);
    expect(await client.command('AUTH PLAIN AG1haWxlcgB4')).toMatch(/^5\d\d /);
    expect(await client.sendRaw(ALICE, Buffer.from('Subject: all the same\r\n\r\nHello\r\n'))).toMatch(/^250 /);
  });

  for (const [name, options] of Object.entries({
    'without credentials': {},
    'with credentials': CREDENTIALS,
    'that insists on TLS': TRUSTING,
  })) {
    test(`a client ${name} can send mail`, async ({ sink }) => {
      await sendMail(sink, {}, options);
      expect(sink.store.size.messages).toBe(1);
    });
  }
});

test.describe('with acceptAuth', () => {
  test.use({ sinkOptions: { acceptAuth: true } });

  for (const authMethod of ['PLAIN', 'LOGIN']) {
    test(`AUTH ${authMethod} is offered and accepts any credentials`, async ({ openSmtp, sink }) => {
      expect(await (await openSmtp()).command('EHLO test')).toMatch(new RegExp(`^250[ -]AUTH .*${authMethod}`, 'm'));
      await sendMail(sink, {}, { ...CREDENTIALS, authMethod });
      expect(sink.store.size.messages).toBe(1);
    });
  }

  test('a client without credentials can send mail', async ({ sink }) => {
    await sendMail(sink);
    expect(sink.store.size.messages).toBe(1);
  });
});

test.describe('with startTls', () => {
  test.use({ sinkOptions: { startTls: true } });

  test('a mail sent over TLS arrives complete', async ({ openInbox, openSmtp, sink }) => {
    expect(await (await openSmtp()).command('EHLO test')).toContain('STARTTLS');
    const inbox = await openInbox();
    const text = 'A line\n.with a dot\n..and two\n'.repeat(1000);
    await sendMail(sink, { text }, TRUSTING);
    expect((await inbox.waitForMessage()).text.trim()).toBe(text.trim());
  });

  test('a client that checks the certificate refuses it', async ({ sink }) => {
    await expect(sendMail(sink)).rejects.toThrow(/certificate/);
    expect(sink.store.size.messages).toBe(0);
  });
});
