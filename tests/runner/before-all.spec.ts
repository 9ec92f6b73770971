import { configFile, expect, test } from '../support/run-playwright.ts';

const CONFIG = configFile('{ workers: 1, timeout: 15_000 }', '{ smtpPort: 0, httpPort: 0 }');

/** Sends an SMS and a mail through the sink of the run. */
const SEND = `
import { connect } from 'node:net';
export async function sendSms(to: string, body: string) {
  const response = await fetch(process.env.PLAYWRIGHT_2FA_SINK_URL + '/sms', { method: 'POST', body: JSON.stringify({ to, body }) });
  if (!response.ok) throw new Error(await response.text());
}
export async function sendMail(to: string, code: string) {
  const socket = connect(Number(process.env.PLAYWRIGHT_2FA_SMTP_PORT), '127.0.0.1');
  socket.write(['HELO a', 'MAIL FROM:<a@acme.test>', 'RCPT TO:<' + to + '>', 'DATA', 'Subject: Your code', '', 'Your code is ' + code, '.', 'QUIT', ''].join('\\r\\n'));
  for await (const _ of socket);
}
`;

test('what beforeAll takes from a fixture fails at once afterwards, and says what to do instead', async ({
  runPlaywright,
}) => {
  const result = await runPlaywright({
    'playwright.config.ts': CONFIG,
    'send.ts': SEND,
    'a.spec.ts': `
import { expect, test } from 'playwright-2fa';
import { sendMail, sendSms } from './send.ts';
let kept: any;
let friend: any;
const uses = {
  waitForCode: () => kept.inbox.waitForCode(),
  messages: () => kept.inbox.messages(),
  pendingMessages: () => kept.inbox.pendingMessages(),
  mark: () => kept.inbox.mark(),
  peekMessage: () => kept.inbox.peekMessage(),
  sms: () => kept.sms.waitForCode(),
  totp: () => kept.totp.code(),
  signIn: () => kept.persona.signIn({ url: () => 'about:blank' }, '/login'),
  friend: () => friend.inbox.waitForMessage(),
  opened: () => kept.personas.open(),
};
test.beforeAll(async ({ persona, inbox, sms, totp, personas }) => {
  kept = { persona, inbox, sms, totp, personas };
  friend = await personas.open();
  await totp.enroll('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
  // In the hook itself, everything works.
  await sendMail(inbox.address, '482913');
  expect(await inbox.waitForCode()).toBe('482913');
  expect(await totp.code()).toMatch(/^\\d{6}$/);
});
async function use(name: string) {
  await Promise.all([sendMail(kept.inbox.address, '555555'), sendSms(kept.sms.number, 'Your code is 555555')]);
  const started = Date.now();
  const error = await uses[name]().catch((reason) => reason);
  expect(error, name).toMatchObject({ code: 'PERSONA_CLOSED' });
  expect(error.message).toContain('openPersona()');
  expect(error.message).toContain('beforeEach');
  expect(Date.now() - started).toBeLessThan(3000);
}
for (const name of Object.keys(uses)) test(name, async () => await use(name));
test.afterAll(async () => await use('waitForCode'));
`,
  });
  expect(result.output).toContain('10 passed');
  expect(result.failed).toBe(0);
});

test('a test that waits at its own inbox for mail to the address of beforeAll is told whose address that is', async ({
  runPlaywright,
}) => {
  const result = await runPlaywright({
    'playwright.config.ts': CONFIG,
    'send.ts': SEND,
    'a.spec.ts': `
import { test } from 'playwright-2fa';
import { sendMail } from './send.ts';
let address = '';
test.beforeAll(({ inbox }) => { address = inbox.address; });
test('own inbox', async ({ inbox }) => {
  await sendMail(address, '482913');
  await inbox.waitForCode({ timeout: 500 });
});
`,
  });
  expect(result.failed).toBe(1);
  expect(result.output).toContain('a new persona of another test or hook, "own inbox"');
});

test('a persona that beforeAll opens with the library serves all tests, also after a retry in serial mode', async ({
  runPlaywright,
}) => {
  const result = await runPlaywright({
    'playwright.config.ts': CONFIG.replace('workers: 1', 'workers: 1, retries: 1'),
    'send.ts': SEND,
    'a.spec.ts': `
import { expect, test as base } from 'playwright-2fa';
import { openPersona, type Persona } from 'playwright-2fa/library';
import { sendMail, sendSms } from './send.ts';
const test = base.extend<object, { member: Persona }>({
  member: [async ({}, use) => { await using member = await openPersona(); await use(member); }, { scope: 'worker' }],
});
test.describe.configure({ mode: 'serial' });
let alice: Persona;
test.beforeAll(async () => { alice = await openPersona(); });
test.afterAll(async () => { await alice.close(); });
test('sends', async ({ member }) => {
  await sendMail(alice.email, '482913');
  await sendSms(member.phone, 'Your code is 739124');
  await alice.totp.enroll('JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP');
});
test('receives', async ({ member }, testInfo) => {
  expect(await alice.inbox.waitForCode()).toBe('482913');
  expect(await member.sms.waitForCode()).toBe('739124');
  // The seed is that of the first attempt, which has taken the code of this period.
  if (testInfo.retry === 0) expect(await alice.totp.code()).toMatch(/^\\d{6}$/);
  expect(testInfo.retry).toBe(1);
});
`,
  });
  expect(result.output).toContain('1 flaky');
  expect(result.output).toContain('1 passed');
});
