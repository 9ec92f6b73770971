import { configFile, expect, test } from '../support/run-playwright.ts';
import { STORED_PERSONAS } from '../support/stored-personas.ts';

const SITE = process.env['BETTER_AUTH_URL'] ?? '';

function config(name: keyof typeof STORED_PERSONAS): string {
  return configFile(
    `{ fullyParallel: true, workers: 2, use: { ...use, baseURL: '${SITE}', profileName: '${name}' } }`,
    `{
  sinkUrl: '${process.env['PLAYWRIGHT_2FA_SINK_URL'] ?? ''}',
  personas: { ${name}: ${JSON.stringify(STORED_PERSONAS[name])} },
  profiles: { ${name}: { probe: '/', signIn } },
}`,
  );
}

const SIGN_IN = `
import { appendFileSync } from 'node:fs';
import type { SignInContext } from 'playwright-2fa';
async function signIn({ page, persona }: SignInContext) {
  appendFileSync('sign-ins.log', process.env.TEST_WORKER_INDEX + '\\n');
  await page.goto('/login');
  await page.getByLabel('Email').fill(persona.username);
  await persona.fillPassword(page.getByLabel('Password'));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByTestId('who').waitFor();
}
`;

const SIX_TESTS = `
import { expect, test } from 'playwright-2fa';
for (const number of [1, 2, 3, 4]) {
  test('page ' + number, async ({ page, persona }) => {
    await page.goto('/');
    await expect(page.getByTestId('who')).toContainText(persona.email);
  });
}
test('context', async ({ context }) => {
  expect((await context.cookies()).length).toBeGreaterThan(0);
});
test('request', async ({ request }) => {
  expect(await (await request.get('/', { maxRedirects: 0 })).text()).toContain('Signed in as');
});
`;

async function signInsOf({ email }: { readonly email: string }): Promise<number> {
  const { signIns } = (await (await fetch(`${SITE}/stats`)).json()) as { signIns: Record<string, number> };
  return signIns[email] ?? 0;
}

test('six tests on two workers share one sign-in, and the next run reuses it', async ({ runPlaywright }) => {
  const files = { 'playwright.config.ts': SIGN_IN + config('dave'), 'a.spec.ts': SIX_TESTS };
  const before = await signInsOf(STORED_PERSONAS.dave);
  const first = await runPlaywright(files);
  expect(first.output).toContain('6 passed');
  expect(first.output).toContain('using 2 workers');
  expect(await signInsOf(STORED_PERSONAS.dave)).toBe(before + 1);
  const second = await runPlaywright(files);
  expect(second.output).toContain('6 passed');
  expect(await signInsOf(STORED_PERSONAS.dave)).toBe(before + 1);
});

test('after a test signs out, the next test gets a new session', async ({ runPlaywright }) => {
  const result = await runPlaywright(
    {
      'playwright.config.ts': SIGN_IN + config('carol'),
      'a.spec.ts': `
import { expect, test } from 'playwright-2fa';
import { readFileSync, statSync } from 'node:fs';
const signIns = () => readFileSync('sign-ins.log', 'utf8').trim().split('\\n').length;
test.describe.configure({ mode: 'serial' });
test('signs out', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/login');
  expect(signIns()).toBe(1);
});
test('is signed in again', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByTestId('who')).toBeVisible();
  expect(signIns()).toBe(2);
});
test('refreshes, saves and discards', async ({ page, profile }) => {
  const file = '.playwright-2fa/profiles/carol.json';
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await profile.refresh();
  expect(signIns()).toBe(3);
  await page.goto('/');
  await expect(page.getByTestId('who')).toBeVisible();
  await page.evaluate(() => localStorage.setItem('seen', 'yes'));
  await profile.save();
  expect(readFileSync(file, 'utf8')).toContain('"seen"');
  await profile.discard();
  expect(() => statSync(file)).toThrow();
});`,
    },
    { args: ['--workers=1'] },
  );
  expect(result.output).toContain('3 passed');
});

test('errors name a sign-in without a session, an unknown profile and an incomplete profile', async ({
  runPlaywright,
}) => {
  const result = await runPlaywright({
    'playwright.config.ts': (SIGN_IN + config('carol'))
      .replace("await page.getByRole('button', { name: 'Sign in' }).click();", '')
      .replace("await page.getByTestId('who').waitFor();", ''),
    'a.spec.ts': `
import { test } from 'playwright-2fa';
test('one', async ({ page }) => {});
test.describe('two', () => {
  test.use({ profileName: 'carl' });
  test('two', async ({ page }) => {});
});
test.describe('three', () => {
  test.use({ twoFactor: { profiles: { carol: { signIn: 'by hand' } as never } } });
  test('three', async ({ page }) => {});
});`,
  });
  expect(result.failed).toBe(3);
  expect(result.output).toContain('its probe found no signed-in session');
  expect(result.output).toContain('Unknown profile "carl". Known: "carol". Did you mean "carol"?');
  expect(result.output).toContain('`signIn` of profile "carol" must be an async function');
  expect(result.output).toContain('profile "carol" needs a `probe`');
});

test('a second session beside a profile is an error that names both', async ({ runPlaywright }) => {
  const result = await runPlaywright({
    'playwright.config.ts': SIGN_IN + config('carol'),
    'state.json': '{ "cookies": [], "origins": [] }',
    'a.spec.ts': `
import { test as base, mergeTests } from '@playwright/test';
import { createTest, expect, test } from 'playwright-2fa';
const EMPTY = { cookies: [], origins: [] };
test.describe('option', () => {
  test.use({ storageState: EMPTY });
  test('object', async ({ page }) => {});
});
test.describe('option', () => {
  test.use({ storageState: 'state.json' });
  test('path', async ({ request }) => {});
});
const after = test.extend({ storageState: async ({}, use) => await use(EMPTY) });
after('plugin after', async ({ context }) => {});
const before = createTest(base.extend({ storageState: async ({}, use) => await use(EMPTY) }));
before('plugin before', async ({ context }) => {});
test.describe('persona', () => {
  test.use({ personaName: 'bob' });
  test('of another', async ({ persona }) => {});
});
const adds = test.extend({ storageState: async ({ storageState }, use) => await use(storageState) });
adds('plugin that keeps the session', async ({ request }) => {
  expect(await (await request.get('/')).text()).toContain('Signed in as');
});
test.describe('no profile', () => {
  test.use({ profileName: null, storageState: EMPTY });
  test('signed out', async ({ request }) => {
    expect(await (await request.get('/')).text()).not.toContain('Signed in as');
  });
});`,
  });
  expect([result.passed, result.failed]).toEqual([2, 5]);
  const both = 'This test has two sessions: the profile "carol" (`profileName`) and `storageState`';
  expect(result.output.split(`TwoFactorError: ${both} (an object)`)).toHaveLength(3 + 1);
  expect(result.output).toContain(`${both} ("state.json")`);
  expect(result.output).toContain("`personaName: 'bob'`, and the profile 'carol' of the persona 'carol'");
});

test('a sign-in that takes longer than the test timeout does not use it up', async ({ runPlaywright }) => {
  const result = await runPlaywright({
    'playwright.config.ts': (SIGN_IN + config('carol'))
      .replace('workers: 2', 'workers: 1, timeout: 6000')
      .replace(
        "await page.getByTestId('who').waitFor();",
        "await page.getByTestId('who').waitFor(); await page.evaluate(() => new Promise((done) => setTimeout(done, 6500)));",
      ),
    'a.spec.ts': `
import { expect, test } from 'playwright-2fa';
test('has all of its time', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByTestId('who')).toBeVisible();
});
test('says by itself what no code means', async ({ sms }) => {
  await sms.waitForCode();
});`,
  });
  expect(result.output).toContain('1 passed');
  expect(result.output).toContain('Persona "carol" has no phone');
});
