import { ALICE, START, expect, sendMail, test } from '../support/sink-test.ts';

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

test.describe('a client that greets the sink and leaves without a mail', () => {
  test('is reported with the options that it may need', async ({ openSmtp, sink }) => {
    const client = await openSmtp();
    await client.command('EHLO test');
    await client.command('QUIT');
    client.close();
    await expect
      .poll(() => sink.store.refusalsSince(START))
      .toEqual([expect.stringMatching(/left without a mail.*`acceptAuth: true`.*`starttls: true`/)]);
  });

  test('is not reported if it only looked whether the port is open, or sent a mail before', async ({
    openSmtp,
    sink,
  }) => {
    (await openSmtp()).close();
    const client = await openSmtp();
    await client.sendRaw(ALICE, Buffer.from('Subject: x\r\n\r\nHello\r\n'));
    await client.command('QUIT');
    await expect.poll(() => sink.store.openSessions).toBe(0);
    expect(sink.store.refusalsSince(START)).toEqual([]);
  });
});

test('a quoted local part is a recipient', async ({ openSmtp, sink }) => {
  const addresses = ['"alice doe"@persona.test', '"alice@home"@persona.test', '"alice"@persona.test'];
  for (const to of addresses) {
    const client = await openSmtp();
    expect(await client.sendRaw(to, Buffer.from('Subject: x\r\n\r\nHello\r\n'))).toMatch(/^250 /);
  }
  expect([...sink.store.since(0)].flatMap(({ envelope }) => envelope.to)).toEqual(addresses);
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
