import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OpenPersonaOptions, openPersona } from '../../src/project/open-persona.ts';
import type { Persona } from '../../src/persona/persona.ts';
import { ALICE, expect, postSms, sendCode, test as base } from '../support/sink-test.ts';
import { withTempFolder } from '../support/temp-folder.ts';
import { expectThrown } from '../support/thrown.ts';

// A persona in a job that runs without the test runner.
const test = base.extend<{ open: (name?: string, options?: OpenPersonaOptions) => Promise<Persona> }>({
  open: async ({ sink, closing }, use) => {
    await withTempFolder(async (folder) => {
      await writeFile(join(folder, '.env'), `PERSONA_ALICE_EMAIL=${ALICE}\nPERSONA_ALICE_PHONE=+12025550143\n`);
      await use(async (name, options = {}) =>
        closing(await openPersona(name, { folder, sinkUrl: sink.url, ...options })),
      );
    });
  },
});

test('a fresh persona gets what is sent to its address and to its number', async ({ open, sink }) => {
  const persona = await open();
  await sendCode(sink, '111111', { to: persona.email });
  await postSms(sink, { to: persona.phone, body: 'Your code is 222222' });
  expect([await persona.inbox.waitForCode(), await persona.sms.waitForCode()]).toEqual(['111111', '222222']);
  expect(persona.username).toBe(persona.email);
});

test('no two fresh personas have anything in common', async ({ open }) => {
  const personas = await Promise.all([open(), open(), open()]);
  for (const member of ['name', 'email', 'phone'] as const) {
    expect(new Set(personas.map((persona) => persona[member])).size).toBe(3);
  }
});

test('a stored persona is read from .env and from what is given, and gets its mail', async ({ open, sink }) => {
  const alice = await open('alice', { personas: { alice: { username: 'alice', totp: 'GEZDGNBVGY3TQOJQ' } } });
  expect([alice.name, alice.email, alice.phone, alice.username]).toEqual(['alice', ALICE, '+12025550143', 'alice']);
  expect(await alice.totp.code()).toMatch(/^\d{6}$/);
  await sendCode(sink, '123456');
  expect(await alice.inbox.waitForCode()).toBe('123456');
});

test('an unknown persona is an error', async ({ open }) => {
  await expectThrown(() => open('alcie'), 'PERSONA_UNKNOWN', 'Did you mean "alice"?');
});

test('what a persona lacks is told to who asks for it, with how to give it', async ({ open }) => {
  const bob = await open('bob', { personas: { bob: { username: 'bob' } } });
  expect(bob.username).toBe('bob');
  await expectThrown(() => bob.email, 'PERSONA_INCOMPLETE', '"bob" has no email', 'PERSONA_BOB_EMAIL');
  await expectThrown(() => bob.phone, 'PERSONA_INCOMPLETE', '"bob" has no phone', 'PERSONA_BOB_PHONE');
  await expectThrown(() => bob.inbox.waitForCode(), 'PERSONA_INCOMPLETE');
  await expectThrown(() => bob.sms.messages(), 'PERSONA_INCOMPLETE');
  await expectThrown(() => bob.totp.code(), 'OTP_SEED_MISSING', 'PERSONA_BOB_TOTP');
});

test('without a sink a persona is opened all the same, and who needs a message is told', async ({ open, sink }) => {
  await sink.close();
  const [alice, fresh] = await Promise.all([open('alice'), open()]);
  expect([alice.email, alice.phone, fresh.email]).toEqual([ALICE, '+12025550143', expect.stringContaining('@')]);
  await expectThrown(() => alice.inbox.waitForCode(), 'SOURCE_UNREACHABLE', 'npx playwright-2fa sink');
  await expectThrown(() => fresh.phone, 'SOURCE_UNREACHABLE');
});

test('a persona that is closed lets go of the sink, and explains the waits it cut off', async ({ open, sink }) => {
  const persona = await open();
  const wait = persona.inbox.waitForMessage({ timeout: 1000 }).catch(() => undefined);
  await persona.inbox.messages(); // so that the wait has begun
  const [cutOff, ...more] = await persona.close();
  expect([cutOff?.code, more]).toEqual(['CODE_TIMEOUT', []]);
  expect(cutOff?.message).toContain(`No message came for ${persona.email}`);
  const started = performance.now();
  await sink.close();
  expect(performance.now() - started).toBeLessThan(1000);
  await wait;
});
