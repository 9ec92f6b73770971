import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Files, expect, test } from '../support/run-playwright.ts';
import { seedUsers } from '../support/stored-personas.ts';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const SITE = fileURLToPath(new URL('../apps/better-auth/server.mjs', import.meta.url));

/** The blocks that name a file in their first line, and the `.env`. */
function examples(): Record<string, string> {
  const blocks = [...README.matchAll(/^```(?:ts)?\n(?:\/\/ |# )(\S+?),?(?: [^\n]*)?\n(.*?)^```$/gms)];
  return Object.fromEntries(blocks.map(([, name = '', content = '']) => [name, content]));
}

/** As the README has them, but for the ports, which are free ones here, and the browser, which may be anywhere. */
async function project(): Promise<Files> {
  const port = await freePort();
  const files = Object.entries(examples()).map(([name, content]) => {
    const placed = content
      .replaceAll('localhost:3000', `localhost:${port}`)
      .replace('use: {', 'use: { launchOptions: { executablePath: process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH },')
      .replace(/^ {2}\}\),\n\);$/m, '  }),\n  { smtpPort: 0, httpPort: 0 },\n);')
      .replace('launch()', 'launch({ executablePath: process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH })')
      .replace('{ failOnLeak: true }', '{ failOnLeak: true, smtpPort: 0, httpPort: 0 }')
      .replace(/^ {2}\{\n {4}profiles:/m, '  { smtpPort: 0, httpPort: 0,\n    profiles:');
    return [name, name === '.env' ? content : placed];
  });
  const scripts = { dev: `"${process.execPath}" "${SITE}"` };
  return {
    ...Object.fromEntries(files),
    'package.json': JSON.stringify({ type: 'module', scripts }),
    'port.txt': String(port),
  };
}

function testsIn(files: Files): number {
  const specs = Object.entries(files).filter(([name]) => name.endsWith('.spec.ts'));
  return specs.flatMap(([, content]) => content.match(/^ *(?:test|merged|extended)\('/gm) ?? []).length;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

function environment(files: Files): Record<string, string> {
  return { PORT: files['port.txt'] ?? '', SEED_USERS: JSON.stringify(seedUsers()) };
}

test('the examples of the README run as they are written', async ({ runPlaywright }) => {
  // Two of them wait for the next code of one authenticator.
  test.setTimeout(300_000);
  const files = await project();
  const { output, exitCode } = await runPlaywright(files, { env: environment(files), timeout: 240_000 });
  expect(output).toContain(`${testsIn(files)} passed`);
  expect(exitCode).toBe(0);
});

test('the example of a profile runs as it is written', async ({ runPlaywright }) => {
  const files = await project();
  const args = ['--config=playwright.signed-in.config.ts'];
  const { output } = await runPlaywright(files, { env: environment(files), args });
  expect(output).toContain('1 passed');
});

test('the example of other sources loads as it is written', async ({ runPlaywright }) => {
  const files = await project();
  const args = ['--config=playwright.sources.config.ts', '--list'];
  const { output, exitCode } = await runPlaywright(files, { env: environment(files), args });
  expect(output).toMatch(/Total: \d+ tests/);
  expect(exitCode).toBe(0);
});

test('the example that fails on a leak finds none', async ({ runPlaywright }) => {
  const files = await project();
  const args = ['--config=playwright.leak.config.ts', '--grep=whatever|confirms', '--trace=on'];
  const { output, exitCode } = await runPlaywright(files, { env: environment(files), args, ownReporters: true });
  expect(output).toContain('2 passed');
  expect(output).toMatch(/playwright-2fa: no secret in \d+ artifacts/);
  expect(exitCode).toBe(0);
});

test('the example of a job runs as it is written', async ({ runPlaywright }) => {
  const files = await project();
  const job = {
    ...files,
    'playwright.config.ts': files['playwright.config.ts']!.replace('use: {', `testMatch: 'job.spec.ts', use: {`),
    'job.spec.ts': `import { test } from '@playwright/test';\ntest('runs', async () => void (await import('./job.ts')));`,
  };
  const { output } = await runPlaywright(job, { env: environment(files) });
  expect(output).toContain('Signed in as alice@acme.test');
  expect(output).toContain('1 passed');
});
