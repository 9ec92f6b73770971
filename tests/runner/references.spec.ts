import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scan } from '../../src/redaction/scan.ts';
import { SecretSet } from '../../src/redaction/secret-set.ts';
import { searchPlainly } from '../support/plain-search.ts';
import { configFile, expect, test } from '../support/run-playwright.ts';

const PASSWORD = 'Correct-Horse-4711';
const SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const PERSONAS = `{
  alice: {
    email: 'env:ALICE_EMAIL',
    password: 'exec:["node","print.mjs"]',
    totp: 'file:seed.txt',
    origins: ['https://acme.example'],
  },
  broken: { email: 'broken@acme.test', password: 'exec:["node","fail.mjs"]', totp: 'env:NO_SUCH_VARIABLE' },
}`;
const CONFIG = `{ outputDir: 'results', reporter: [['list'], ['json', { outputFile: 'report.json' }]], use: { ...use, trace: 'on', screenshot: 'on' } }`;
const SPEC = `
import { expect, test } from 'playwright-2fa';
const PAGE = '<form><input type="password" aria-label="Password"><input aria-label="Code"></form>';
test.describe('alice', () => {
  test.use({ personaName: 'alice' });
  test('signs in, and fails with the values', async ({ page, persona, totp }) => {
    expect(persona.email).toBe('alice@acme.test');
    await page.route('https://acme.example/**', (route) => route.fulfill({ contentType: 'text/html', body: PAGE }));
    await page.goto('https://acme.example/login');
    await persona.fillPassword(page.getByLabel('Password'));
    const value = await page.getByLabel('Password').inputValue();
    console.log('typed', value, totp.isEnrolled);
    await test.info().attach('typed', { body: value });
    expect(value).toBe('something else');
  });
});
test.describe('broken', () => {
  test.use({ personaName: 'broken' });
  test('cannot be opened', async ({ persona }) => expect(persona.name).toBe('broken'));
});
`;

test('values behind references are in no artifact, also if a test or a program prints them', async ({
  runPlaywright,
}) => {
  const { output, projectFolder, failed } = await runPlaywright(
    {
      'playwright.config.ts': configFile(CONFIG, `{ smtpPort: 0, httpPort: 0, personas: ${PERSONAS} }`),
      'alice.spec.ts': SPEC,
      'print.mjs': `process.stdout.write(['Correct', 'Horse', '4711'].join('-'))`,
      'fail.mjs': `const value = ['Correct', 'Horse', '4711'].join('-'); console.log(value); console.error('no access: ' + value); process.exit(3);`,
      'seed.txt': `${SEED}\n`,
    },
    { env: { ALICE_EMAIL: 'alice@acme.test' }, ownReporters: true },
  );
  expect(failed, output).toBe(2);
  expect(output).toContain('something else');
  expect(output).toContain('Persona "broken" has references without a value:');
  expect(output).toContain('`password` in the configuration is exec:["node",…], but `node` ended with exit code 3');
  expect(output).toContain('with "no access: [secret]"');
  expect(output).toContain('`totp` in the configuration is env:NO_SUCH_VARIABLE, but the variable');
  const outputPath = join(projectFolder, 'output.txt');
  writeFileSync(outputPath, output);
  const paths = [join(projectFolder, 'results'), join(projectFolder, 'report.json'), outputPath];
  expect(readdirSync(paths[0] ?? '', { recursive: true, encoding: 'utf8' }).join()).toContain('trace.zip');
  const known = new SecretSet([
    [PASSWORD, 'password'],
    [SEED, 'seed'],
  ]);
  expect((await scan(paths, known)).findings).toEqual([]);
  expect(await searchPlainly(paths, [PASSWORD, SEED])).toEqual([]);
});
