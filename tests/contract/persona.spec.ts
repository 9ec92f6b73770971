import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type OpenPersonaOptions, openPersona } from '../../src/project/open-persona.ts';
import type { Persona } from '../../src/persona/persona.ts';
import { ALICE, expect, postSms, sendCode, test as base } from '../support/sink-test.ts';
import { withTempFolder } from '../support/temp-folder.ts';
import type { Source } from '../../src/sources/source.ts';
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

/** Words that only the configuration of the test runner has. */
const OF_TESTS = /use: \{|withTwoFactor|fixture/;

test('the errors of a job name its options', async ({ open, sink }) => {
  const unknown = await expectThrown(
    () => open('carol'),
    'PERSONA_UNKNOWN',
    "openPersona('carol', { personas: { carol:",
  );
  expect(unknown.message).not.toMatch(OF_TESTS);
  const options = { timeout: 0, colour: 'red', logger: {} as never };
  const invalid = await expectThrown(
    () => open('alice', options),
    'SETTINGS_INVALID',
    'The options of openPersona() are invalid:',
    '`timeout`',
    '"colour"',
    '`logger` must have the functions debug, info, warn and error',
  );
  expect(invalid.message).not.toMatch(OF_TESTS);
  await sink.close();
  const alice = await open('alice');
  const lost = await expectThrown(
    () => alice.inbox.waitForCode(),
    'SOURCE_UNREACHABLE',
    'the option `sinkUrl` of openPersona()',
  );
  expect(lost.message).not.toMatch(OF_TESTS);
});

test('a job whose ledger cannot be used is told of its folder', async ({ sink, closing }) => {
  await withTempFolder(async (folder) => {
    await writeFile(join(folder, '.playwright-2fa'), 'not a folder');
    const personas = { alice: { email: ALICE, totp: 'GEZDGNBVGY3TQOJQ' } };
    const alice = closing(await openPersona('alice', { folder, sinkUrl: sink.url, personas }));
    await expectThrown(() => alice.totp.code(), 'LEDGER_REFUSED', 'Set the option `folder` of openPersona()');
  });
});

test('a new persona without a number is not told of a variable that nobody can know', async ({ closing }) => {
  await withTempFolder(async (folder) => {
    const watch = (): Promise<never> => Promise.reject(new Error('it has no messages'));
    const bare: Source = { name: 'a source without numbers', watch, close: () => Promise.resolve() };
    const persona = closing(await openPersona(undefined, { folder, mail: bare, sms: bare }));
    const error = await expectThrown(
      () => persona.phone,
      'PERSONA_INCOMPLETE',
      'has no phone',
      'set `sms` to a source',
    );
    expect(error.message).not.toContain('PERSONA_');
  });
});

test('a long wait of a job is a line of its logger', async ({ open, sink }) => {
  test.setTimeout(30_000);
  const lines: string[] = [];
  const keep = (level: string) => (text: string) => void lines.push(`${level}: ${text}`);
  const logger = { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
  const alice = await open('alice', { logger });
  const code = alice.inbox.waitForCode();
  await expect.poll(() => lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
  await sendCode(sink, '135790');
  expect(await code).toBe('135790');
  expect(lines).toContain(`warn: playwright-2fa: still waiting after 3 s: a code to ${ALICE}`);
  expect(lines.at(-1)).toMatch(/^info: playwright-2fa: waited [3-9]\.\d s: a code to alice@persona\.test$/);
  expect(lines.join()).not.toContain('135790');
});
