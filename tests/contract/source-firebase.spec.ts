import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test as base } from '@playwright/test';
import { plainRuntime } from '../../src/core/runtime.ts';
import { Inbox, Sms } from '../../src/inbox/inbox.ts';
import { firebaseEmulator } from '../../src/sources/firebase-emulator.ts';
import { expectThrown } from '../support/thrown.ts';

const ALICE = 'alice@acme.test';
const NUMBER = '+12025550143';

/** Lists as the emulator gives them. */
interface Lists {
  readonly verificationCodes: object[];
  readonly oobCodes: object[];
}

interface Fixtures {
  emulator: { readonly url: string; readonly lists: Lists; readonly paths: string[] };
}

const test = base.extend<Fixtures>({
  emulator: async ({}, use) => {
    const lists: Lists = { verificationCodes: [], oobCodes: [] };
    const paths: string[] = [];
    const answer = ({ url = '' }: IncomingMessage, response: ServerResponse): void => {
      paths.push(url);
      const [, what] = /^\/emulator\/v1\/projects\/demo-shop(?:\/tenants\/t1)?\/(\w+)$/.exec(url) ?? [];
      response.statusCode = what === undefined ? 404 : 200;
      response.end(JSON.stringify(what === undefined ? {} : { [what]: lists[what as keyof Lists] }));
    };
    const server = createServer(answer).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await use({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, lists, paths });
    server.closeAllConnections();
    server.close();
  },
});

const code = (sessionInfo: string, phoneNumber: string, digits: string): object => ({
  ...{ sessionInfo, phoneNumber, code: digits },
});
const mail = (oobCode: string, email: string, requestType: string, more = {}): object => ({
  ...{
    oobCode,
    email,
    requestType,
    oobLink: `http://127.0.0.1:9099/emulator/action?mode=x&oobCode=${oobCode}`,
    ...more,
  },
});

test('a new code of the number is returned, and no older one', async ({ emulator }) => {
  const { url, lists } = emulator;
  lists.verificationCodes.push(code('1', NUMBER, '111111'));
  const source = firebaseEmulator({ project: 'demo-shop', url });
  const sms = new Sms(NUMBER, {
    watch: Promise.resolve(await source.watch('sms', NUMBER)),
    runtime: plainRuntime(5000),
  });
  lists.verificationCodes.push(code('2', '+12025550199', '222222'), code('3', NUMBER, '333333'));
  expect(await sms.waitForCode()).toBe('333333');
  // The emulator removes a code that was used.
  lists.verificationCodes.splice(0);
  lists.verificationCodes.push(code('4', NUMBER, '444444'));
  expect(await sms.waitForCode()).toBe('444444');
  await source.close();
});

test('links are those of the address, byte for byte, and tell their purpose', async ({ emulator }) => {
  const { url, lists } = emulator;
  const source = firebaseEmulator({ project: 'demo-shop', url, tenant: 't1' });
  const inbox = new Inbox(ALICE, {
    watch: Promise.resolve(await source.watch('email', ALICE)),
    runtime: plainRuntime(5000),
  });
  lists.oobCodes.push(mail('a', 'bob@acme.test', 'EMAIL_SIGNIN'), mail('b', 'Alice@acme.test', 'PASSWORD_RESET'));
  expect(await inbox.waitForLink({ subject: 'Reset your password' })).toBe(
    'http://127.0.0.1:9099/emulator/action?mode=x&oobCode=b',
  );
  lists.oobCodes.push(mail('c', 'old@acme.test', 'VERIFY_AND_CHANGE_EMAIL', { newEmail: ALICE }));
  expect((await inbox.waitForMessage()).subject).toBe('Verify your new email for demo-shop');
  expect(emulator.paths[0]).toBe('/emulator/v1/projects/demo-shop/tenants/t1/oobCodes');
  await source.close();
});

test('a project that the emulator does not have is an error with its address', async ({ emulator }) => {
  const source = firebaseEmulator({ project: 'other', url: emulator.url });
  await expectThrown(() => source.watch('sms', NUMBER), 'SOURCE_REFUSED', emulator.url, 'project other', '404');
});

test('the address comes from the variable of Firebase', async ({ emulator }) => {
  const source = firebaseEmulator({ project: 'demo-shop' });
  source.useEnvironment?.({ FIREBASE_AUTH_EMULATOR_HOST: new URL(emulator.url).host });
  await source.watch('sms', NUMBER);
  expect(emulator.paths).toEqual(['/emulator/v1/projects/demo-shop/verificationCodes']);
  await source.close();
});

test('the project is required', async () => {
  await expectThrown(async () => firebaseEmulator({ project: '' }), 'SETTINGS_INVALID', 'demo-shop');
});
