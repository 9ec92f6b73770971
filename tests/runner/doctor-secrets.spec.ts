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
    [],
    { ALICE_SEED: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' },
  );
  expect(stdout).toMatch(/^FAIL {2}secrets/m);
  expect(stdout).toContain('alice: `password` in the configuration is file:password.txt');
  expect(stdout).toContain('alice: `totp` in the configuration is env:ALICE_SEED');
  expect(stdout).toContain(
    'bob: `password` in the configuration is env:BOB_PASSWORD, but the variable BOB_PASSWORD is not',
  );
  expect(stdout).toContain('Persona "bob" cannot be read: see the check of secrets.');
  expect(stdout + stderr).not.toMatch(/Correct-Horse|GEZDGNBV/);
  expect(exitCode).toBe(1);
});
