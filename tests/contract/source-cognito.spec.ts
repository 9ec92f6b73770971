import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plainRuntime } from '../../src/core/runtime.ts';
import { Inbox, Sms } from '../../src/inbox/inbox.ts';
import { cognitoLocal } from '../../src/sources/cognito-local.ts';
import { expect, test as base } from '../support/temp-folder.ts';
import { expectThrown } from '../support/thrown.ts';

const ALICE = 'alice@acme.test';
const NUMBER = '+12025550143';

/** Users of a pool, by their id, as cognito-local 5.3 writes them. */
type Users = Record<string, object>;

interface Fixtures {
  /** Writes the file of a pool. */
  write: (pool: string, users: Users, verified?: readonly string[]) => void;
}

const test = base.extend<Fixtures>({
  write: async ({ folder }, use) => {
    mkdirSync(join(folder, 'db'));
    writeFileSync(join(folder, 'db', 'clients.json'), '{"Clients":{}}');
    await use((pool, users, verified = ['email']) => {
      const Options = { Id: pool, AutoVerifiedAttributes: verified };
      writeFileSync(join(folder, 'db', `${pool}.json`), JSON.stringify({ Users: users, Options }, undefined, 2));
    });
  },
});

const user = (codes: object, status = 'CONFIRMED'): object => ({
  Attributes: [
    { Name: 'sub', Value: '02dc337f' },
    { Name: 'email', Value: ALICE },
    { Name: 'phone_number', Value: NUMBER },
  ],
  ...{ Enabled: true, Username: '02dc337f', UserStatus: status, ...codes },
});

test('a new code of the address is returned, and no older one', async ({ folder, write }) => {
  write('local_a', { a: user({ ConfirmationCode: '1111' }) });
  await using source = cognitoLocal({ folder });
  const inbox = new Inbox(ALICE, {
    watch: Promise.resolve(await source.watch('email', ALICE)),
    runtime: plainRuntime(5000),
  });
  const next = inbox.waitForCode();
  write('local_a', { a: user({ ConfirmationCode: '3520' }), b: user({}) });
  expect(await next).toBe('3520');
});

test('the same code counts again after it was used', async ({ folder, write }) => {
  write('local_a', { a: user({}) });
  await using source = cognitoLocal({ folder });
  const runtime = plainRuntime(5000);
  const sms = new Sms(NUMBER, { watch: Promise.resolve(await source.watch('sms', NUMBER)), runtime });
  write('local_a', { a: user({ MFACode: '4711' }) });
  expect(await sms.waitForCode()).toBe('4711');
  write('local_a', { a: user({}) });
  await sms.messages(); // asks the source
  write('local_a', { a: user({ MFACode: '4711' }) });
  expect(await sms.waitForCode()).toBe('4711');
});

for (const [what, kind, codes, status, verified] of [
  ['of a sign-up goes to the address', 'email', { ConfirmationCode: '3520' }, 'UNCONFIRMED', ['email']],
  ['of a sign-up goes to the number', 'sms', { ConfirmationCode: '3520' }, 'UNCONFIRMED', ['email', 'phone_number']],
  ['of a reset goes to the address', 'email', { ConfirmationCode: '3520' }, 'CONFIRMED', ['phone_number']],
  ['of a sign-in goes to the number', 'sms', { MFACode: '3520' }, 'CONFIRMED', []],
  ['of a change goes to the address', 'email', { AttributeVerificationCode: '3520' }, 'CONFIRMED', ['email']],
] as const) {
  test(`a code ${what}`, async ({ folder, write }) => {
    write('local_a', {});
    await using source = cognitoLocal({ folder });
    const address = kind === 'email' ? ALICE : NUMBER;
    const other = kind === 'email' ? 'sms' : 'email';
    const [watch, otherWatch] = [
      await source.watch(kind, address),
      await source.watch(other, other === 'email' ? ALICE : NUMBER),
    ];
    write('local_a', { a: user(codes, status) }, verified);
    const box = { watch: Promise.resolve(watch), runtime: plainRuntime(5000) };
    expect(await (kind === 'email' ? new Inbox(address, box) : new Sms(address, box)).waitForCode()).toBe('3520');
    const otherBox = { watch: Promise.resolve(otherWatch), runtime: plainRuntime(5000) };
    expect(await (other === 'email' ? new Inbox(ALICE, otherBox) : new Sms(NUMBER, otherBox)).messages()).toEqual([]);
  });
}

test('a change of the address is confirmed at the new one', async ({ folder, write }) => {
  write('local_a', {});
  await using source = cognitoLocal({ folder });
  const watch = await source.watch('email', 'new@acme.test');
  const UnverifiedAttributeChanges = [{ Name: 'email', Value: 'New@acme.test' }];
  write('local_a', { a: user({ AttributeVerificationCode: '3520', UnverifiedAttributeChanges }) });
  const inbox = new Inbox('new@acme.test', { watch: Promise.resolve(watch), runtime: plainRuntime(5000) });
  expect(await inbox.waitForCode()).toBe('3520');
});

test('a file that is half written is read again', async ({ folder, write }) => {
  write('local_a', {});
  await using source = cognitoLocal({ folder });
  const watch = await source.watch('email', ALICE);
  writeFileSync(join(folder, 'db', 'local_a.json'), '{ "Users": { "a": ');
  const inbox = new Inbox(ALICE, { watch: Promise.resolve(watch), runtime: plainRuntime(5000) });
  const next = inbox.waitForCode();
  write('local_a', { a: user({ ConfirmationCode: '3520' }) });
  expect(await next).toBe('3520');
});

test('one pool of several', async ({ folder, write }) => {
  write('local_a', {});
  await using source = cognitoLocal({ folder, pool: 'local_b' });
  const watch = await source.watch('email', ALICE);
  write('local_a', { a: user({ ConfirmationCode: '1111' }) });
  write('local_b', { a: user({ ConfirmationCode: '2222' }) });
  const inbox = new Inbox(ALICE, { watch: Promise.resolve(watch), runtime: plainRuntime(5000) });
  expect(await inbox.waitForCode()).toBe('2222');
  expect((await inbox.messages()).map(({ id }) => id)).toHaveLength(1);
});

test('a wait that times out names the folder in which there is no pool', async ({ folder }) => {
  rmSync(join(folder, 'db'), { recursive: true, force: true });
  await using source = cognitoLocal({ folder });
  const inbox = new Inbox(ALICE, {
    watch: Promise.resolve(await source.watch('email', ALICE)),
    runtime: plainRuntime(5000),
  });
  const wait = inbox.waitForCode({ timeout: 300 });
  await expectThrown(() => wait, 'CODE_TIMEOUT', join(folder, 'db'), 'no user pool', 'cognitoLocal({ folder })');
});

test('an option that is not a text is refused', async () => {
  for (const options of [{ folder: '' }, { folder: 5 }, { pool: '' }])
    await expectThrown(async () => cognitoLocal(options as object), 'SETTINGS_INVALID', 'must be a text');
});
