import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Files, configFile } from './run-playwright.ts';
import { newPasskey } from './passkey.ts';
import { GUEST, STORED_PERSONAS } from './stored-personas.ts';

/** File to which the tests write the values that must not be found. It is not searched. */
export const TRUTH = 'truth.jsonl';

/** A passkey with its private key in the settings and in the browser. */
const PASSKEY = newPasskey('localhost');

const REPORTERS = `[
  ['list'],
  ['line'],
  ['html', { open: 'never', outputFolder: 'html' }],
  ['json', { outputFile: 'report.json' }],
  ['junit', { outputFile: 'report.xml' }],
  ['blob', { outputDir: 'blob' }],
]`;

interface LeakOptions {
  /** Source text of more settings. */
  readonly options?: string;
  readonly video?: 'on' | 'off';
  /** Source text of the list of reporters. */
  readonly reporters?: string;
  /** True if the configuration is wrapped in `withTwoFactor`. @default true */
  readonly isWrapped?: boolean;
}

/** Returns a project with five sign-ins that pass and five that fail, with all artifacts that Playwright can write. */
export function leakProject(leaks: LeakOptions = {}): Files {
  const { options = '', video = 'off', reporters = REPORTERS, isWrapped = true } = leaks;
  const { email, password, totp } = STORED_PERSONAS.alice;
  const guest = { email: GUEST.email, password: GUEST.password, totp: GUEST.totp };
  const settings = `{
  sinkUrl: '${process.env['PLAYWRIGHT_2FA_SINK_URL'] ?? ''}',
  personas: { alice: ${JSON.stringify({ email, password, totp, passkeys: [PASSKEY] })}, guest: ${JSON.stringify(guest)} },
  ${options}
}`;
  const config = `{
  fullyParallel: true,
  workers: 2,
  outputDir: 'results',
  reporter: ${reporters},
  use: {
    ...use,
    baseURL: '${process.env['BETTER_AUTH_URL'] ?? ''}',
    trace: 'on',
    screenshot: 'on',
    video: '${video}',
    ${isWrapped ? '' : `twoFactor: ${settings},`}
  },
}`;
  const whole = isWrapped
    ? configFile(config, settings)
    : configFile(config).replace(/withTwoFactor\((defineConfig.*), \{.*?\}\);/s, '$1;');
  return { 'playwright.config.ts': whole, 'leaks.spec.ts': TESTS };
}

const TESTS = `
import { appendFileSync } from 'node:fs';
import type { BrowserContext, Page } from '@playwright/test';
import { type Persona, expect, test } from 'playwright-2fa';

const truth = (value: string) => appendFileSync('${TRUTH}', JSON.stringify(value) + '\\n');

async function noteSession(context: BrowserContext) {
  for (const { name, value } of await context.cookies()) if (name.includes('session')) truth(value);
}

async function enterPassword(page: Page, persona: Persona) {
  await page.goto('/login');
  await page.getByLabel('Email').fill(persona.username);
  await persona.fillPassword(page.getByLabel('Password'));
  await page.getByRole('button', { name: 'Sign in' }).click();
}

for (const fails of [false, true]) {
  const end = fails ? ' and fails' : '';

  test.describe('a stored persona' + end, () => {
    // One persona per test, so that neither waits for the next TOTP step.
    test.use({ personaName: fails ? 'guest' : 'alice' });
    test('password and TOTP' + end, async ({ page, persona, totp, passkey, context }) => {
      console.log(persona, String(persona), JSON.stringify(persona));
      console.log(await passkey.list(), await context.credentials.get());
      await enterPassword(page, persona);
      for (const offset of [0, 1, 2]) truth(await totp.codeAt(offset));
      await totp.fillCode(page.getByLabel('Authentication code'));
      truth(await page.getByLabel('Authentication code').inputValue());
      if (fails) await expect(page.getByLabel('Authentication code')).toHaveValue('000000', { timeout: 100 });
      await page.getByRole('button', { name: 'Verify' }).click();
      await expect(page.getByText('Signed in as')).toBeVisible();
      await noteSession(context);
    });
  });

  test('e-mailed code' + end, async ({ page, inbox, context }) => {
    await page.goto('/email-code');
    await page.getByLabel('Email').fill(inbox.address);
    await page.getByRole('button', { name: 'Send code' }).click();
    const code = await inbox.waitForCode();
    truth(code);
    console.log('the code is', code);
    await page.getByLabel('Code', { exact: true }).fill(code);
    if (fails) throw new Error('refused: ' + code + ' is not right');
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect(page.getByText('Signed in as')).toBeVisible();
    await noteSession(context);
  });

  test('magic link' + end, async ({ page, inbox, context }) => {
    await page.goto('/magic-link');
    await page.getByLabel('Email').fill(inbox.address);
    await page.getByRole('button', { name: 'Email me a link' }).click();
    const link = await inbox.waitForLink();
    truth(link);
    truth(new URL(link).searchParams.get('token')!);
    await page.goto(link);
    await expect(page.getByText('Signed in as')).toBeVisible();
    await noteSession(context);
    if (fails) expect(link).toBe('https://example.com');
  });

  test('SMS code' + end, async ({ page, sms, context }) => {
    await page.goto('/phone');
    await page.getByLabel('Mobile number').fill(sms.number);
    await page.getByRole('button', { name: 'Text me a code' }).click();
    const code = await sms.waitForCode();
    truth(code);
    const boxes = page.getByRole('group', { name: 'SMS code' }).getByRole('textbox');
    for (const [index, digit] of [...code].entries()) await boxes.nth(index).pressSequentially(digit);
    if (fails) expect(code.split('')).toEqual(['0']);
    await expect(page.getByText('Signed in as')).toBeVisible();
    await noteSession(context);
  });

  test('passkey and session' + end, async ({ page, persona, inbox, passkey, context, request }) => {
    await page.goto('/sign-up');
    await page.getByLabel('Email').fill(inbox.address);
    await persona.fillPassword(page.getByLabel('Password'));
    truth(await page.getByLabel('Password').inputValue());
    await page.getByRole('button', { name: 'Create account' }).click();
    await inbox.openLink(page);
    await expect(page.getByText('Signed in as')).toBeVisible();
    truth((await context.credentials.create('elsewhere.example')).privateKey);
    await page.goto('/security');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await expect(page.getByText('The passkey was added')).toBeVisible();
    for (const { privateKey } of await passkey.list()) truth(privateKey.reveal());
    await context.clearCookies();
    await persona.signIn(page, '/login/passkey', { factors: ['passkey'] });
    await noteSession(context);
    const state = await context.storageState();
    console.log(JSON.stringify(state));
    const cookie = state.cookies.map(({ name, value }) => name + '=' + value).join('; ');
    await request.get('/', { headers: { cookie } });
    if (fails) expect(state.cookies).toEqual([]);
  });
}
`;

/** Returns the values that must not be found. */
export function truthOf(projectFolder: string): string[] {
  const noted = readFileSync(join(projectFolder, TRUTH), 'utf8').trim().split('\n');
  const values = new Set(noted.map((line) => JSON.parse(line) as string));
  values.add(PASSKEY.privateKey);
  for (const { password, totp } of [STORED_PERSONAS.alice, GUEST])
    for (const value of [password, new URL(totp).searchParams.get('secret')]) if (value) values.add(value);
  // The token in a signed cookie.
  for (const value of [...values]) if (/^\w{20,}\.[\w%]{20,}$/.test(value)) values.add(value.split('.')[0] ?? '');
  return [...values];
}

/**
 * Returns the environment in which Playwright records videos. If Playwright's own ffmpeg is missing, the installed one
 * is linked under its name.
 */
export function videoEnvironment(): Record<string, string> | undefined {
  const require = createRequire(createRequire(import.meta.url).resolve('@playwright/test'));
  const core = dirname(require.resolve('playwright-core/package.json'));
  const { browsers } = JSON.parse(readFileSync(join(core, 'browsers.json'), 'utf8')) as {
    browsers: { name: string; revision: string }[];
  };
  const name = `ffmpeg-${browsers.find((one) => one.name === 'ffmpeg')?.revision}`;
  const { env, platform } = process;
  if (platform !== 'linux') return undefined;
  if (existsSync(join(env['PLAYWRIGHT_BROWSERS_PATH'] ?? join(env['HOME'] ?? '', '.cache/ms-playwright'), name)))
    return {};
  const installed = attempt(() => execFileSync('which', ['ffmpeg'], { encoding: 'utf8' }).trim());
  if (!installed) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'playwright-2fa-browsers-'));
  mkdirSync(join(folder, name));
  symlinkSync(installed, join(folder, name, 'ffmpeg-linux'));
  return { PLAYWRIGHT_BROWSERS_PATH: folder };
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
