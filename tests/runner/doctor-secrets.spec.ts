import { expect, test } from '../support/run-doctor.ts';
import { configFile } from '../support/run-playwright.ts';

test('references are read, and neither their values nor those of broken ones are shown', async ({ runDoctor }) => {
  const personas = `{
    alice: { email: 'alice@acme.test', password: 'file:password.txt', totp: 'env:ALICE_SEED' },
    bob: { email: 'bob@acme.test', password: 'env:BOB_PASSWORD' },
  }`;
  const { exitCode, stdout, stderr } = await runDoctor(
    {
      'package.json': '{ "type": "module" }',
      'password.txt': 'Correct-Horse-4711',
      'playwright.config.ts': configFile('{ use }', `{ smtpPort: 0, httpPort: 0, personas: ${personas} }`),
    },
    ['--json'],
    { ALICE_SEED: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' },
  );
  const rows = JSON.parse(stdout) as { check: string; ok: boolean; detail: string; hint: string }[];
  const { ok, detail = '', hint = '' } = rows.find(({ check }) => check === 'secrets') ?? {};
  expect(ok).toBe(false);
  expect(detail).toContain('alice: `password` in the configuration is file:password.txt');
  expect(detail).toContain('alice: `totp` in the configuration is env:ALICE_SEED');
  expect(hint).toContain(
    'bob: `password` in the configuration is env:BOB_PASSWORD, but the variable BOB_PASSWORD is not',
  );
  expect(rows.find(({ check }) => check === 'personas')?.hint).toContain(
    'Persona "bob" cannot be read: see the check of secrets.',
  );
  expect(stdout + stderr).not.toMatch(/Correct-Horse|GEZDGNBV/);
  expect(exitCode).toBe(1);
});
