import { simpleParser } from 'mailparser';
import { type OpenPersonaOptions, openPersona } from '../../src/project/open-persona.ts';
import type { Persona } from '../../src/persona/persona.ts';
import { decodeMessage } from '../../src/message/decode.ts';
import type { Message } from '../../src/message/message.ts';
import type { Sink } from '../../src/sink/sink.ts';
import { FROM, MAIL_CLIENTS, SMS_CLIENTS, outcomeOf } from '../support/gateway-clients.ts';
import { expect, test as base } from '../support/sink-test.ts';
import { withTempFolder } from '../support/temp-folder.ts';

const test = base.extend<{ open: (options?: OpenPersonaOptions) => Promise<Persona> }>({
  open: async ({ sink, closing }, use) => {
    await withTempFolder(async (folder) => {
      await use(async (options = {}) =>
        closing(await openPersona(undefined, { folder, sinkUrl: sink.url, ...options })),
      );
    });
  },
});

/** Decodes the newest message, with its interface. */
async function newest({ store }: Sink): Promise<Message & { readonly via: string | undefined; readonly raw: Buffer }> {
  const stored = [...store.since(0)].at(-1);
  if (!stored) throw new Error('The sink has no message');
  return { ...(await decodeMessage(stored.envelope, stored.raw)), via: stored.envelope.via, raw: stored.raw };
}

for (const [name, { via, send }] of Object.entries(MAIL_CLIENTS)) {
  test.describe(`a mail sent with ${name}`, () => {
    test('brings its code to the persona', async ({ open, sink }) => {
      const persona = await open();
      await send(sink, { to: persona.email, subject: 'Sign in', text: 'Your verification code is 482913.' });
      expect(await persona.inbox.waitForCode()).toBe('482913');
      expect(await newest(sink)).toMatchObject({ via, from: expect.stringContaining('no-reply@acme.example') });
    });

    test('keeps its subject, its HTML and its attachment', async ({ open, sink }) => {
      const { email } = await open();
      const subject = 'Grüße ✓ 日本語 — a subject that is longer than one line of a header may be, and has ünïcödé';
      const html = '<p>Ihr Bestätigungscode lautet <b>771204</b> – gültig für zehn Minuten.</p>';
      const attachment = { name: 'número.txt', content: 'Terms: 111111' };
      await send(sink, { to: email, subject, html, attachment });
      const message = await newest(sink);
      expect(message).toMatchObject({ subject, to: [email], via });
      expect(message.html?.trim()).toBe(html);
      expect(message.text).not.toContain('111111');
      const { attachments } = await simpleParser(message.raw);
      expect(attachments.map(({ filename, content }) => [filename, content.toString()])).toEqual([
        [attachment.name, attachment.content],
      ]);
    });

    test('keeps both of its texts', async ({ open, sink }) => {
      const persona = await open();
      const [text, html] = ['Code: 305817\n\n.\nEnd', '<p>Code: <b>305817</b></p>'];
      await send(sink, { to: persona.email, subject: 'Both', text, html });
      const { plain, html: kept } = await newest(sink);
      expect([plain?.replace(/\r/g, '').trim(), kept?.trim()]).toEqual([text, html]);
      expect(await persona.inbox.waitForCode()).toBe('305817');
    });

    test('reaches a blind copy, whom it does not name', async ({ open, sink }) => {
      const [alice, bob] = await Promise.all([open(), open()]);
      await send(sink, { to: alice.email, bcc: bob.email, subject: 'Sign in', text: 'Your code is 640118' });
      expect(await bob.inbox.waitForCode()).toBe('640118');
      const { raw, to } = await newest(sink);
      expect(to).toEqual([alice.email, bob.email]);
      expect(raw.toString()).not.toContain(bob.email);
    });

    test('reaches the right one of several at the same time', async ({ open, sink }) => {
      const personas = await Promise.all(Array.from({ length: 5 }, () => open()));
      const codes = personas.map((_, index) => String(517_038 + 12_347 * index));
      const sent = personas.map(({ email: to }, index) =>
        send(sink, { to, subject: 'Sign in', text: `Your code is ${codes[index]}` }),
      );
      const received = personas.map(({ inbox }) => inbox.waitForCode());
      await Promise.all(sent);
      expect(await Promise.all(received)).toEqual(codes);
    });
  });
}

for (const [name, { via, send }] of Object.entries(SMS_CLIENTS)) {
  test.describe(`an SMS sent with ${name}`, () => {
    test('brings its code to the persona', async ({ open, sink }) => {
      const persona = await open();
      await send(sink, persona.phone, 'Acme ✓: 482913 ist Ihr Code. Grüße!');
      expect(await persona.sms.waitForCode()).toBe('482913');
      expect(await newest(sink)).toMatchObject({ via, text: 'Acme ✓: 482913 ist Ihr Code. Grüße!' });
    });

    test('reaches the right one of several at the same time', async ({ open, sink }) => {
      const personas = await Promise.all(Array.from({ length: 5 }, () => open()));
      const codes = personas.map((_, index) => String(217_038 + 12_347 * index));
      const received = personas.map(({ sms }) => sms.waitForCode());
      await Promise.all(personas.map(({ phone }, index) => send(sink, phone, `Your code is ${codes[index]}`)));
      expect(await Promise.all(received)).toEqual(codes);
    });
  });
}

test('all clients send to one sink at the same time', async ({ open, sink }) => {
  const clients = Object.values(MAIL_CLIENTS);
  const personas = await Promise.all(clients.map(() => open()));
  const codes = clients.map((_, index) => String(830_174 + 9_173 * index));
  const received = personas.map(({ inbox }) => inbox.waitForCode());
  await Promise.all(
    clients.map(({ send }, index) =>
      send(sink, { to: personas[index]?.email ?? '', subject: FROM, text: `Your code is ${codes[index]}` }),
    ),
  );
  expect(await Promise.all(received)).toEqual(codes);
});

test.describe('a sink with a token', () => {
  const token = 'a-token-that-nobody-guesses-0a1b2c3d4e5f';
  test.use({ sinkOptions: { token } });

  for (const [name, { via, send }] of Object.entries(MAIL_CLIENTS)) {
    if (via === 'smtp') continue;
    test(`takes a mail of ${name} if its API key is the token`, async ({ sink }) => {
      const mail = { to: 'alice@persona.test', subject: 'Sign in', text: 'Your code is 482913' };
      await send(sink, mail, token);
      expect(sink.store.size.messages).toBe(1);
      expect(await outcomeOf(send(sink, mail))).toBe('refused');
      expect(sink.store.size.messages).toBe(1);
    });
  }
});
