import nodemailer from 'nodemailer';
import type { Sink } from '../../src/sink/sink.ts';
import { sendMail } from '../support/mail.ts';
import { expect, test } from '../support/sink-test.ts';

/** The one message that a sink holds. */
function only(sink: Sink): { from: string; to: readonly string[]; folded: readonly string[]; raw: string } {
  const [message, ...more] = [...sink.store.since(0)];
  if (!message || more.length > 0) throw new Error(`The sink holds ${sink.store.size.messages} messages.`);
  return { ...message.envelope, folded: message.folded, raw: message.raw.toString('latin1') };
}

test('the sink greets at once', async ({ openSmtp }) => {
  await openSmtp().reply(); // the first one pays for what is loaded late
  const waits: number[] = [];
  for (let turn = 0; turn < 5; turn++) {
    const started = performance.now();
    expect(await openSmtp().reply()).toMatch(/^220 .*playwright-2fa sink/);
    waits.push(performance.now() - started);
  }
  expect(waits.toSorted((a, b) => a - b)[2]).toBeLessThan(60);
});

test.describe('any recipient is taken', () => {
  for (const [to, received, folded] of [
    ['alice@persona.test', 'alice@persona.test', 'alice@persona.test'],
    ['Alice.Smith+tag@Persona.TEST', 'Alice.Smith+tag@persona.test', 'alice.smith+tag@persona.test'],
    ['alice@bücher.example', 'alice@bücher.example', 'alice@xn--bcher-kva.example'],
    ['zoë@persona.test', 'zoë@persona.test', 'zoë@persona.test'],
    ['"alice..smith"@persona.test', '"alice..smith"@persona.test', 'alice..smith@persona.test'],
    ['user.@persona.test', '"user."@persona.test', 'user.@persona.test'], // nodemailer quotes it
    ['alice@localhost', 'alice@localhost', 'alice@localhost'],
    [`${'a'.repeat(80)}@persona.test`, `${'a'.repeat(80)}@persona.test`, `${'a'.repeat(80)}@persona.test`],
  ] as const) {
    test(to, async ({ sink }) => {
      await sendMail(sink.smtpPort, { to, text: 'x', envelope: { from: 'no-reply@acme.example', to } });
      const { to: given, folded: compared } = only(sink);
      expect([given.map((one) => one.toLowerCase()), compared]).toEqual([[received.toLowerCase()], [folded]]);
    });
  }

  test('all of several, blind copies too, and the mail does not name those', async ({ sink }) => {
    await sendMail(sink.smtpPort, { to: 'a@persona.test', cc: 'b@persona.test', bcc: 'c@persona.test', text: 'x' });
    const { folded, raw } = only(sink);
    expect(folded).toEqual(['a@persona.test', 'b@persona.test', 'c@persona.test']);
    expect(raw).not.toContain('c@persona.test');
  });
});

test.describe('any sender is taken', () => {
  for (const from of ['no-reply@acme.example', '', 'root@localhost', 'postmaster@[127.0.0.1]', '"no..reply"@acme.example']) {
    test(`"${from}"`, async ({ openSmtp, sink }) => {
      const session = openSmtp();
      expect(await session.begin({ from })).toMatch(/^354/);
      expect(await session.command('Subject: x\r\n\r\nx\r\n.')).toMatch(/^250 .*stored/);
      expect(only(sink).from).toBe(from);
    });
  }
});

test.describe('a mail is kept byte for byte', () => {
  const lines = ['Subject: dots', '', '.', '..', '...and', '.\u0000\u00ff', '', '', 'no dot', '.end', ''];
  const content = Buffer.from(lines.join('\r\n'), 'latin1');
  const wire = Buffer.from(lines.map((line) => (line.startsWith('.') ? `.${line}` : line)).join('\r\n') + '.\r\n', 'latin1');

  for (const size of [1, 2, 3, 5, 7, 64, wire.length]) {
    test(`that comes in pieces of ${size}`, async ({ openSmtp, sink }) => {
      const session = openSmtp();
      session.socket.setNoDelay(true);
      await session.begin();
      for (let at = 0; at < wire.length; at += size) {
        await new Promise((done) => session.socket.write(wire.subarray(at, at + size), done));
        if (size < 64) await new Promise(setImmediate); // a packet of its own
      }
      expect(await session.reply()).toMatch(/^250/);
      expect(only(sink).raw).toBe(content.toString('latin1'));
    });
  }

  test('of a megabyte with dots where packets break', async ({ openSmtp, sink }) => {
    const body = Array.from({ length: 20_000 }, (_, line) => `${'.'.repeat(line % 4)}${'x'.repeat(line % 97)}`).join('\r\n');
    const session = openSmtp();
    await session.begin();
    await session.write(`Subject: x\r\n\r\n${body.replace(/^\./gm, '..')}\r\n.\r\n`);
    expect(await session.reply()).toMatch(/^250/);
    expect(only(sink).raw === `Subject: x\r\n\r\n${body}\r\n`).toBe(true);
  });
});

test('several mails of one connection are several messages', async ({ sink }) => {
  const pool = nodemailer.createTransport({ host: '127.0.0.1', port: sink.smtpPort, pool: true, maxConnections: 1, ignoreTLS: true });
  for (const subject of ['one', 'two', 'three']) await pool.sendMail({ from: 'a@acme.example', to: 'b@persona.test', subject, text: 'x' });
  pool.close();
  expect([sink.store.size.messages, sink.store.mark().sessions]).toEqual([3, 1]);
});

test('a client that hangs up in the middle of a mail leaves none, and harms nobody', async ({ openSmtp, sink }) => {
  const session = openSmtp();
  await session.begin();
  await session.write('Subject: half');
  session.socket.resetAndDestroy();
  await sendMail(sink.smtpPort, { to: 'alice@persona.test', text: 'x' });
  expect(sink.store.size.messages).toBe(1);
});

test.describe('users', () => {
  const auth = { user: 'app', pass: 'any' };
  const mail = { from: 'a@acme.example', to: 'b@persona.test', text: 'x' };

  test('are not asked for by default, so that clients without one do not stumble', async ({ openSmtp, sink }) => {
    const session = openSmtp();
    await session.reply();
    expect(await session.command('EHLO test')).not.toContain('AUTH');
    await sendMail(sink.smtpPort, mail);
    expect(sink.store.size.messages).toBe(1);
  });

  for (const authMethod of ['PLAIN', 'LOGIN']) {
    test(`are announced on demand, and anybody is let in by ${authMethod}`, async ({ openSmtp, startSink }) => {
      const sink = await startSink({ acceptAuth: true });
      const session = openSmtp(sink);
      await session.reply();
      expect(await session.command('EHLO test')).toMatch(new RegExp(`^250[ -]AUTH .*${authMethod}`, 'm'));
      await nodemailer.createTransport({ host: '127.0.0.1', port: sink.smtpPort, auth, authMethod }).sendMail(mail);
      await sendMail(sink.smtpPort, mail);
      expect(sink.store.size.messages).toBe(2);
    });
  }
});

test.describe('encryption', () => {
  test('is not offered by default, so that clients that would check the certificate do not stumble', async ({ openSmtp }) => {
    const session = openSmtp();
    await session.reply();
    expect(await session.command('EHLO test')).not.toContain('STARTTLS');
  });

  test('is offered on demand, and mail comes through it', async ({ openSmtp, startSink }) => {
    const sink = await startSink({ startTls: true });
    const session = openSmtp(sink);
    await session.reply();
    expect(await session.command('EHLO test')).toContain('STARTTLS');
    const transport = nodemailer.createTransport({ host: '127.0.0.1', port: sink.smtpPort, requireTLS: true, tls: { rejectUnauthorized: false } });
    await transport.sendMail({ from: 'a@acme.example', to: 'b@persona.test', text: 'x' });
    expect(sink.store.size.messages).toBe(1);
  });
});
