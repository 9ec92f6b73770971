import nodemailer from 'nodemailer';
import type { Sink } from '../../src/sink/sink.ts';
import { ALICE, expect, sendMail, test } from '../support/sink-test.ts';

/** Returns the only message of a sink. */
function only(sink: Sink): { from: string; to: readonly string[]; folded: readonly string[]; raw: string } {
  const [message, ...more] = [...sink.store.since(0)];
  if (!message || more.length > 0) throw new Error(`The sink holds ${sink.store.size.messages} messages.`);
  return { ...message.envelope, folded: message.folded, raw: message.raw.toString('latin1') };
}

test('the sink greets at once', async ({ openSmtp }) => {
  await openSmtp(); // the first connection loads modules
  const waits: number[] = [];
  for (let turn = 0; turn < 5; turn++) {
    const started = performance.now();
    await openSmtp();
    waits.push(performance.now() - started);
  }
  expect(waits.toSorted((a, b) => a - b)[2]).toBeLessThan(60);
});

test.describe('any recipient is accepted', () => {
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
      await sendMail(sink, { to, envelope: { from: 'no-reply@acme.example', to } });
      expect([only(sink).to[0]?.toLowerCase(), only(sink).folded]).toEqual([received.toLowerCase(), [folded]]);
    });
  }

  test('several recipients, with blind copies that the mail does not name', async ({ sink }) => {
    await sendMail(sink, { to: 'a@persona.test', cc: 'b@persona.test', bcc: 'c@persona.test' });
    const { folded, raw } = only(sink);
    expect(folded).toEqual(['a@persona.test', 'b@persona.test', 'c@persona.test']);
    expect(raw).not.toContain('c@persona.test');
  });
});

test.describe('any sender is accepted', () => {
  for (const from of [
    'no-reply@acme.example',
    '',
    'root@localhost',
    'postmaster@[127.0.0.1]',
    '"no..reply"@acme.example',
  ]) {
    test(`"${from}"`, async ({ openSmtp, sink }) => {
      const client = await openSmtp();
      await client.startMail(ALICE, from);
      expect(await client.command('Subject: x\r\n\r\nx\r\n.')).toMatch(/^250 .*stored/);
      expect(only(sink).from).toBe(from);
    });
  }
});

test.describe('a mail is stored byte for byte', () => {
  const lines = ['Subject: dots', '', '.', '..', '...and', '.\u0000\u00ff', '', '', 'no dot', '.end', ''];
  const content = Buffer.from(lines.join('\r\n'), 'latin1');
  const wire = Buffer.from(`${lines.map((line) => line.replace(/^\./, '..')).join('\r\n')}.\r\n`, 'latin1');

  for (const size of [1, 2, 3, 5, 7, 64, wire.length]) {
    test(`that arrives in pieces of ${size} bytes`, async ({ openSmtp, sink }) => {
      const client = await openSmtp();
      client.socket.setNoDelay(true);
      await client.startMail(ALICE);
      for (let at = 0; at < wire.length; at += size) {
        await new Promise((done) => client.socket.write(wire.subarray(at, at + size), done));
        await new Promise(setImmediate); // a packet of its own
      }
      expect(await client.reply()).toMatch(/^250/);
      expect(only(sink).raw).toBe(content.toString('latin1'));
    });
  }

  test('of a megabyte with dots at packet boundaries', async ({ openSmtp, sink }) => {
    const lines = Array.from({ length: 20_000 }, (_, line) => `${'.'.repeat(line % 4)}${'x'.repeat(line % 97)}`);
    const raw = `Subject: x\r\n\r\n${lines.join('\r\n')}\r\n`;
    expect(await (await openSmtp()).sendRaw(ALICE, Buffer.from(raw))).toMatch(/^250/);
    expect(only(sink).raw === raw).toBe(true);
  });
});

test('several mails over one connection are several messages', async ({ closing, sink }) => {
  const { smtpPort: port } = sink;
  const pool = closing(nodemailer.createTransport({ host: '127.0.0.1', port, pool: true, maxConnections: 1 }));
  for (const subject of ['one', 'two', 'three'])
    await pool.sendMail({ from: 'a@acme.example', to: ALICE, subject, text: 'x' });
  expect([sink.store.size.messages, sink.store.mark().sessions]).toEqual([3, 1]);
});

test('a client that disconnects in the middle of a mail leaves no message, and does no harm', async ({
  openSmtp,
  sink,
}) => {
  const client = await openSmtp();
  await client.startMail(ALICE);
  client.socket.write('Subject: half');
  client.socket.resetAndDestroy();
  await sendMail(sink);
  expect(sink.store.size.messages).toBe(1);
});
