import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { CHROMIUM_FLAGS } from '../support/chromium-flags.ts';
import { ROOT, expect, run, test as base } from '../support/run-playwright.ts';

const SITE = process.env['BETTER_AUTH_URL'] ?? '';
/** User of the site without a second factor, so that any number of tests may sign in at the same time. */
const BOB = { email: 'bob@acme.test', password: 'Battery-Staple-4712' };

const CONFIG = `
import { defineConfig } from '@playwright/test';
import { type TwoFactorOptions, withTwoFactor } from 'playwright-2fa';
const executablePath = process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH;
export default withTwoFactor(defineConfig<TwoFactorOptions>({
  testDir: 'tests',
  use: { baseURL: '${SITE}', launchOptions: { args: ${JSON.stringify(CHROMIUM_FLAGS)}, executablePath } },
}), { smtpPort: 0, httpPort: 0 });
`;

/** The test that a model writes after the seed. */
const GENERATED = `
import { test, expect } from 'playwright-2fa';
test.use({ personaName: 'bob' });
test.describe('Account', () => {
  test('shows who is signed in', async ({ page, persona }) => {
    await persona.signIn(page, '/login');
    await expect(page.getByText('Signed in as')).toContainText(persona.email);
  });
});
`;

interface ToolServer {
  /** Calls a tool, and returns its text. Fails if the tool does. */
  call(name: string, args?: Readonly<Record<string, unknown>>): Promise<string>;
}

const test = base.extend<{
  /** A user's project that `init-agents` has prepared. */
  prepared: string;
  /** Playwright's MCP server for its planner, generator and healer, in that project. */
  testServer: ToolServer;
  /** The server of this package, started as `.mcp.json` says. */
  ownServer: ToolServer;
}>({
  prepared: async ({ userFolder }, use) => {
    const folder = mkdtempSync(join(userFolder, 'agents-'));
    mkdirSync(join(folder, 'tests'));
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'playwright.config.ts'), CONFIG);
    const members = { EMAIL: BOB.email, PASSWORD: BOB.password, ORIGINS: new URL(SITE).origin };
    const lines = Object.entries(members).map(([name, value]) => `PERSONA_BOB_${name}=${value}\n`);
    writeFileSync(join(folder, '.env'), lines.join(''));
    const cli = join(userFolder, 'node_modules/playwright-2fa/dist/cli.js');
    execFileSync(process.execPath, [cli, 'init-agents'], { cwd: folder, stdio: 'ignore' });
    await use(folder);
  },
  testServer: async ({ userFolder, prepared }, use) => {
    const cli = join(userFolder, 'node_modules/@playwright/test/cli.js');
    const args = [cli, 'run-test-mcp-server', '--headless'];
    await withServer({ command: process.execPath, args, cwd: prepared }, use);
  },
  ownServer: async ({ userFolder, prepared }, use) => {
    const sdk = join(userFolder, 'node_modules/@modelcontextprotocol/sdk');
    mkdirSync(dirname(sdk), { recursive: true });
    if (!existsSync(sdk)) symlinkSync(join(ROOT, 'node_modules/@modelcontextprotocol/sdk'), sdk);
    const executablePath = process.env['PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH'];
    const launchOptions = JSON.stringify({ args: CHROMIUM_FLAGS, executablePath });
    writeFileSync(join(prepared, 'agent.mjs'), `export const launchOptions = ${launchOptions};\n`);
    const { mcpServers } = JSON.parse(readFileSync(join(prepared, '.mcp.json'), 'utf8')) as McpFile;
    const { command, args } = mcpServers['playwright-2fa'];
    await withServer({ command, args: [...args, '--settings', 'agent.mjs'], cwd: prepared }, use);
  },
});

interface McpFile {
  readonly mcpServers: { readonly 'playwright-2fa': { readonly command: string; readonly args: readonly string[] } };
}

/** Starts an MCP server, and ends it after use. */
async function withServer(
  { command, args, cwd }: { readonly command: string; readonly args: readonly string[]; readonly cwd: string },
  use: (server: ToolServer) => Promise<void>,
): Promise<void> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:TEST_|PLAYWRIGHT_2FA_|PW_)/.test(name));
  const env = Object.fromEntries(inherited) as Record<string, string>;
  const client = new Client({ name: 'agent', version: '1' });
  await client.connect(new StdioClientTransport({ command, args: [...args], env, cwd, stderr: 'ignore' }));
  await use({
    async call(name, args = {}) {
      const options = { timeout: 200_000 };
      const answer = (await client.callTool({ name, arguments: args }, undefined, options)) as CallToolResult;
      const text = answer.content.map((one) => (one.type === 'text' ? one.text : '')).join('\n');
      if (answer.isError) throw new Error(`${name} failed: ${text}`);
      return text;
    },
  });
  await client.close();
}

test('the seed test passes as it is', async ({ prepared, userFolder }) => {
  const { output, passed, exitCode } = await run(prepared, userFolder, {});
  expect({ passed, exitCode }, output).toEqual({ passed: 1, exitCode: 0 });
  expect(output).toContain('seed.spec.ts');
});

test("Playwright's test agents start signed in, and write tests without a secret", async ({
  prepared,
  testServer,
  userFolder,
}) => {
  const seed = { plan: '# Account', seedFile: 'tests/seed.spec.ts' };
  const seen = [await testServer.call('generator_setup_page', seed)];
  const snapshot = await testServer.call('browser_snapshot');
  expect(snapshot).toContain(`Signed in as`);
  const log = await testServer.call('generator_read_log');
  expect(log).toContain("await persona.signIn(page, '/login');");
  seen.push(snapshot, log);
  seen.push(await testServer.call('generator_write_test', { fileName: 'tests/account.spec.ts', code: GENERATED }));
  for (const text of seen) expect(text).not.toContain(BOB.password);
  expect(readFileSync(join(prepared, 'tests/account.spec.ts'), 'utf8')).toBe(GENERATED);
  const { output, passed } = await run(prepared, userFolder, {});
  expect(passed, output).toBe(2);
});

test("Playwright's own init-agents keeps the seed test", async ({ prepared, userFolder }) => {
  const seed = join(prepared, 'tests/seed.spec.ts');
  const before = readFileSync(seed, 'utf8');
  const cli = join(userFolder, 'node_modules/@playwright/test/cli.js');
  const args = [cli, 'init-agents', '--loop', 'vscode'];
  execFileSync(process.execPath, args, { cwd: prepared, stdio: 'ignore' });
  expect(readFileSync(seed, 'utf8')).toBe(before);
  expect(readFileSync(join(prepared, '.vscode/mcp.json'), 'utf8')).toContain('run-test-mcp-server');
});

test('the server of .mcp.json starts, and signs in', async ({ ownServer }) => {
  expect(await ownServer.call('sign_in', { url: `${SITE}/login` })).toContain('Signed in as bob');
  const snapshot = await ownServer.call('browser_snapshot');
  expect(snapshot).toContain('Signed in as');
  expect(snapshot).not.toContain(BOB.password);
});
