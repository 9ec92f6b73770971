import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Files, configFile, expect, test as base } from '../support/run-playwright.ts';

interface Doctor {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Files in the project after the command. */
  readonly files: readonly string[];
}

const test = base.extend<{ runDoctor: (files: Files, args?: string[], env?: NodeJS.ProcessEnv) => Promise<Doctor> }>({
  runDoctor: async ({ userFolder }, use) => {
    await use((files, args = [], env = {}) => {
      const cwd = mkdtempSync(join(userFolder, 'project-'));
      for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), content);
      const main = join(userFolder, 'node_modules/playwright-2fa/dist/cli.js');
      const inherited = Object.entries(process.env).filter(([name]) => !/^(?:TEST_|PLAYWRIGHT_2FA_|PW_)/.test(name));
      return new Promise((resolve) => {
        const options = { cwd, env: { ...Object.fromEntries(inherited), ...env }, timeout: 100_000 };
        execFile(process.execPath, [main, 'doctor', ...args], options, (error, stdout, stderr) => {
          const exitCode = typeof error?.code === 'number' ? error.code : error ? 1 : 0;
          resolve({ exitCode, stdout, stderr, files: readdirSync(cwd) });
        });
      });
    });
  },
});

const ALICE = `{ email: 'alice@acme.test', password: 'Correct-Horse-4711', totp: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' }`;
/** A configuration whose functions must not be called: the command reads only its settings. */
const CONFIG = `{ use, projects: [{ name: 'a' }, { name: 'b' }], globalSetup: './none.ts', webServer: { command: 'exit 1', port: 1 } }`;

test('a healthy setup is reported in a table, and no files are left behind', async ({ runDoctor }) => {
  const { exitCode, stdout, files } = await runDoctor({
    'package.json': '{ "type": "module" }',
    'playwright.config.ts': configFile(CONFIG, `{ smtpPort: 0, httpPort: 0, personas: { alice: ${ALICE} } }`),
  });
  expect(stdout).toMatch(/^PASS {2}settings {2}1 persona and no profiles/m);
  expect(stdout).toMatch(/^PASS {2}personas {2}alice \(.*totp.*\)/m);
  expect(stdout).toMatch(/^PASS {2}e-mail {4}the sink at 127\.0\.0\.1:\d+: from sending to the code in \d+ ms/m);
  expect(stdout).toMatch(/^PASS {2}SMS {7}the sink at/m);
  expect(stdout).toMatch(/^PASS {2}ledger {4}.*a claim in [\d.]+ ms/m);
  expect(stdout).toMatch(/^PASS {2}browser {3}chromium \d+/m);
  expect(exitCode).toBe(0);
  expect(files.toSorted()).toEqual(['.playwright-2fa', 'package.json', 'playwright.config.ts']);
  expect(stdout).not.toContain('Correct-Horse-4711');
});

test('each problem is reported with its fix, also in a CommonJS project and as JSON', async ({ runDoctor }) => {
  const files = {
    'package.json': '{}',
    'other.config.ts': configFile(
      CONFIG,
      `{ sinkUrl: 'http://127.0.0.1:1', personas: { alice: { totp: 'no seed' } } }`,
    ),
  };
  const args = ['--config', 'other.config.ts', '--json'];
  const { exitCode, stdout } = await runDoctor(files, args, { PLAYWRIGHT_2FA_LEDGER: 'redis://127.0.0.1:1' });
  const rows = JSON.parse(stdout) as { check: string; ok: boolean; hint: string }[];
  const wrong = Object.fromEntries(rows.filter(({ ok }) => !ok).map(({ check, hint }) => [check, hint]));
  expect(Object.keys(wrong)).toEqual(['personas', 'e-mail', 'SMS', 'ledger']);
  expect(wrong['personas']).toContain('Persona "alice" is invalid');
  expect(wrong['e-mail']).toContain('http://127.0.0.1:1');
  expect(wrong['ledger']).toContain('npm install -D redis');
  expect(exitCode).toBe(1);
});

test('without a configuration, the error says how to specify one', async ({ runDoctor }) => {
  const { exitCode, stderr } = await runDoctor({});
  expect(stderr).toContain(
    'There is no playwright.config.ts in this folder. Give the configuration with --config FILE.',
  );
  expect(exitCode).toBe(2);
});
