import { join } from 'node:path';
import { seal } from '../../src/vault/age.ts';
import { searchPlainly } from '../support/plain-search.ts';
import { type Files, configFile, expect, test } from '../support/run-playwright.ts';
import { STORED_PERSONAS } from '../support/stored-personas.ts';
import { ALICE_KEY, BOB_KEY } from '../support/vault-test.ts';

const SITE = process.env['BETTER_AUTH_URL'] ?? '';
const { email, password, totp } = STORED_PERSONAS.alice;
const RECORD = {
  version: 1,
  persona: 'alice',
  email,
  sites: [{ name: 'acme', origins: [SITE], password, otp: totp }],
};

const SIGN_IN = `
import { expect, test } from 'playwright-2fa';
test.use({ personaName: 'alice' });
for (const number of [1, 2]) {
  test('signs in ' + number, async ({ page, persona, totp }) => {
    await page.goto('/login');
    await page.getByLabel('Email').fill(persona.username);
    await persona.fillPassword(page.getByLabel('Password'));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await totp.fillCode(page.getByLabel('Authentication code'));
    await page.getByRole('button', { name: 'Verify' }).click();
    await expect(page.getByText('Signed in as')).toBeVisible();
  });
}`;

/** Returns a project with alice in its vault, as in a checkout on CI. */
async function project(record: object = RECORD): Promise<Files> {
  const use = `{ ...use, baseURL: '${SITE}', trace: 'on' }`;
  const settings = `{ sinkUrl: '${process.env['PLAYWRIGHT_2FA_SINK_URL'] ?? ''}' }`;
  return {
    'playwright.config.ts': configFile(`{ workers: 1, outputDir: 'results', use: ${use} }`, settings),
    'sign-in.spec.ts': SIGN_IN,
    '.playwright-2fa/vault/recipients.txt': `${ALICE_KEY.recipient}\n`,
    '.playwright-2fa/vault/alice.age': await seal(JSON.stringify(record), [ALICE_KEY.recipient]),
  };
}

const KEY = { PLAYWRIGHT_2FA_KEY: ALICE_KEY.identity };

test('a persona of the vault signs in, and no artifact contains a secret', async ({ runPlaywright }) => {
  const { output, projectFolder } = await runPlaywright(await project(), { env: KEY, ownReporters: true });
  expect(output).toContain('2 passed');
  const secrets = [password, new URL(totp).searchParams.get('secret') ?? '', ALICE_KEY.identity];
  expect(await searchPlainly([join(projectFolder, 'results')], secrets)).toEqual([]);
});

for (const [what, env, texts] of [
  ['without a key', {}, ['There is no vault key', 'PLAYWRIGHT_2FA_KEY_FILE', 'vault init']],
  [
    'with the key of another person',
    { PLAYWRIGHT_2FA_KEY: BOB_KEY.identity },
    ['The key does not open', BOB_KEY.recipient, ALICE_KEY.recipient],
  ],
  ['with a truncated key', { PLAYWRIGHT_2FA_KEY: ALICE_KEY.identity.slice(0, 60) }, ['is incomplete']],
  [
    'with another password in the environment',
    { ...KEY, PERSONA_ALICE_PASSWORD: 'Other-Horse-1' },
    ['`password` in the vault and PERSONA_ALICE_PASSWORD in the environment differ'],
  ],
] as const) {
  test(`a persona of the vault ${what} gives an error with a remedy`, async ({ runPlaywright, userFolder }) => {
    // Keeps the developer's home folder out of the run.
    const home = { HOME: userFolder, XDG_CONFIG_HOME: userFolder, APPDATA: userFolder };
    const { output, failed } = await runPlaywright(await project(), {
      env: { ...home, ...env },
      args: ['-g', 'signs in 1'],
    });
    expect(failed).toBe(1);
    for (const text of texts) expect(output).toContain(text);
    for (const secret of [password, 'Other-Horse-1', ALICE_KEY.identity.slice(20, 60)])
      expect(output).not.toContain(secret);
  });
}

for (const [what, record, texts] of [
  ['of a newer version', { ...RECORD, version: 2 }, ['has version 2', 'A newer playwright-2fa wrote it']],
  [
    'for another origin',
    { ...RECORD, sites: [{ ...RECORD.sites[0], origins: ['https://acme.example'] }] },
    [`the origin of the field is ${SITE}`, 'is allowed only on https://acme.example.'],
  ],
  [
    'for https on a page with http',
    { ...RECORD, sites: [{ ...RECORD.sites[0], origins: [SITE.replace('http:', 'https:')] }] },
    [`the origin of the field is ${SITE}`, `is allowed only on ${SITE.replace('http:', 'https:')}.`],
  ],
] as const) {
  test(`a persona ${what} is rejected`, async ({ runPlaywright }) => {
    const { output, failed } = await runPlaywright(await project(record), { env: KEY, args: ['-g', 'signs in 1'] });
    expect(failed).toBe(1);
    for (const text of texts) expect(output).toContain(text);
  });
}
