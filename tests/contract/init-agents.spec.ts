import { readFile, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { CLIENTS } from '../../src/cli/init-agents/clients.ts';
import { serverCommand } from '../../src/cli/init-agents/server-command.ts';
import { expect, test as base } from '../support/cli-test.ts';

const SERVER = { command: 'npx', args: ['playwright-2fa', 'mcp', '--wrap'] };

const test = base.extend<{
  /** Returns all files of the project by their paths. */
  filesOf: () => Promise<Record<string, string>>;
}>({
  filesOf: async ({ project: { folder } }, use) => {
    await use(async () => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const paths = entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
      const contents = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
      return Object.fromEntries(paths.map((path, index) => [path.slice(folder.length + 1), contents[index] ?? '']));
    });
  },
});

/** Lines of a result by their paths: `created`, `updated`, `unchanged`, `kept` or `EDIT`. */
function statuses(stdout: string): Record<string, string> {
  const lines = stdout.matchAll(/^(created|updated|unchanged|kept|EDIT) +([^:\s]+):/gm);
  return Object.fromEntries([...lines].map(([, status = '', path = '']) => [path, status]));
}

test('writes what Claude Code, the test agents and people need, and says what', async ({ runCli, filesOf }) => {
  const { exitCode, stdout, stderr } = await runCli(['init-agents']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  const files = await filesOf();
  expect(Object.keys(files).toSorted()).toEqual([
    '.claude/skills/playwright-2fa/SKILL.md',
    '.mcp.json',
    'AGENTS.md',
    'CLAUDE.md',
    'tests/seed.spec.ts',
  ]);
  expect(statuses(stdout)).toEqual(Object.fromEntries(Object.keys(files).map((path) => [path, 'created'])));
  expect(JSON.parse(files['.mcp.json'] ?? '')).toEqual({ mcpServers: { 'playwright-2fa': SERVER } });
  expect(files['CLAUDE.md']).toBe('@AGENTS.md\n');
  for (const line of ['await persona.signIn(page', "await totp.fillCode(page.getByLabel('Code'))", 'in the chat'])
    expect(files['AGENTS.md']).toContain(line);
});

test('the skill has the header that clients require', async ({ runCli, filesOf }) => {
  await runCli(['init-agents']);
  const [path, text = ''] = Object.entries(await filesOf()).find(([name]) => name.endsWith('SKILL.md')) ?? [];
  const [, header = ''] = /^---\n(.*?)\n---\n/s.exec(text) ?? [];
  const { name, description } = parseYaml(header) as { name: string; description: string };
  expect(path).toContain(`/${name}/SKILL.md`);
  expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
  expect(description.length).toBeGreaterThan(100);
  expect(description.length).toBeLessThanOrEqual(1024);
});

test('a second run changes nothing', async ({ runCli, filesOf }) => {
  const args = ['init-agents', ...Object.keys(CLIENTS).flatMap((name) => ['--client', name])];
  await runCli(args);
  const files = await filesOf();
  const { exitCode, stdout } = await runCli(args);
  expect(exitCode).toBe(0);
  expect(new Set(Object.values(statuses(stdout)))).toEqual(new Set(['unchanged']));
  expect(await filesOf()).toEqual(files);
});

test('--dry-run says the same and writes nothing', async ({ runCli, filesOf }) => {
  const planned = await runCli(['init-agents', '--dry-run', '--client', 'codex', '--client', 'vscode']);
  expect(await filesOf()).toEqual({});
  expect(planned.stdout).toContain('Nothing is written');
  const written = await runCli(['init-agents', '--client', 'codex', '--client', 'vscode']);
  expect(statuses(planned.stdout)).toEqual(statuses(written.stdout));
  expect(Object.keys(statuses(planned.stdout)).toSorted()).toEqual(Object.keys(await filesOf()).toSorted());
});

test('each client gets the file and the form that it reads', async ({ runCli, filesOf }) => {
  await runCli(['init-agents', ...['codex', 'cursor', 'gemini', 'vscode'].flatMap((name) => ['--client', name])]);
  const files = await filesOf();
  const json = (path: string): unknown => JSON.parse(files[path] ?? '');
  expect(json('.cursor/mcp.json')).toEqual({ mcpServers: { 'playwright-2fa': SERVER } });
  expect(json('.gemini/settings.json')).toEqual({ mcpServers: { 'playwright-2fa': SERVER } });
  expect(json('.vscode/mcp.json')).toEqual({ servers: { 'playwright-2fa': { type: 'stdio', ...SERVER } } });
  expect(files['.codex/config.toml']).toContain(
    '[mcp_servers.playwright-2fa]\ncommand = "npx"\nargs = ["playwright-2fa", "mcp", "--wrap"]\n',
  );
  const skills = ['.agents', '.cursor', '.gemini', '.github'].map((name) => `${name}/skills/playwright-2fa/SKILL.md`);
  expect(Object.keys(files)).toEqual(expect.arrayContaining([...skills, 'GEMINI.md']));
  expect(Object.keys(files)).not.toContain('CLAUDE.md');
});

test('an entry is added to a file of servers, and all else in it stays', async ({
  runCli,
  filesOf,
  writeProjectFile,
}) => {
  const mine = { mcpServers: { 'playwright-test': { command: 'npx', args: ['playwright'] } }, other: [1, { a: null }] };
  await writeProjectFile('.mcp.json', JSON.stringify(mine, undefined, '\t'));
  await writeProjectFile('.codex/config.toml', 'model = "gpt"\n\n[mcp_servers.docs]\ncommand = "docs"');
  const { stdout } = await runCli(['init-agents', '--client', 'claude', '--client', 'codex']);
  expect(statuses(stdout)).toMatchObject({ '.mcp.json': 'updated', '.codex/config.toml': 'updated' });
  const files = await filesOf();
  const merged = { ...mine, mcpServers: { ...mine.mcpServers, 'playwright-2fa': SERVER } };
  expect(files['.mcp.json']).toBe(`${JSON.stringify(merged, undefined, '\t')}\n`);
  expect(files['.codex/config.toml']).toMatch(/^model = "gpt"\n\n\[mcp_servers\.docs\]\ncommand = "docs"\n\n\[mcp/);
});

test('an entry of the same name is kept', async ({ runCli, filesOf, writeProjectFile }) => {
  const mine = { mcpServers: { 'playwright-2fa': { command: 'node', args: ['own.js'] } } };
  await writeProjectFile('.mcp.json', JSON.stringify(mine));
  await writeProjectFile('.codex/config.toml', '[mcp_servers."playwright-2fa"]\ncommand = "own"\n');
  const before = await filesOf();
  const { stdout, exitCode } = await runCli(['init-agents', '--client', 'claude', '--client', 'codex']);
  expect(exitCode).toBe(0);
  expect(statuses(stdout)).toMatchObject({ '.mcp.json': 'kept', '.codex/config.toml': 'kept' });
  expect(await filesOf()).toMatchObject(before);
});

test('a file that cannot be merged stays, and the user is told the entry', async ({
  runCli,
  filesOf,
  writeProjectFile,
}) => {
  await writeProjectFile('.mcp.json', '{ // mine\n "mcpServers": {} }');
  await writeProjectFile('.cursor/mcp.json', '{ "mcpServers": [] }');
  await writeProjectFile('.vscode/mcp.json', '[]');
  await writeProjectFile('.codex/config.toml', 'mcp_servers = { docs = { command = "docs" } }\n');
  const before = await filesOf();
  const clients = ['claude', 'cursor', 'vscode', 'codex'].flatMap((name) => ['--client', name]);
  const { exitCode, stdout } = await runCli(['init-agents', ...clients]);
  expect(exitCode).toBe(1);
  for (const path of Object.keys(before)) expect(statuses(stdout)).toMatchObject({ [path]: 'EDIT' });
  expect(stdout).toContain('"playwright-2fa":{"command":"npx","args":["playwright-2fa","mcp","--wrap"]}');
  expect(await filesOf()).toMatchObject(before);
});

test('a second browser of the same client is pointed out', async ({ runCli, writeProjectFile }) => {
  for (const args of [['@playwright/mcp@latest'], ['playwright', 'mcp', '--headless']]) {
    const other = { mcpServers: { browser: { command: 'npx', args } } };
    await writeProjectFile('.mcp.json', JSON.stringify(other));
    expect((await runCli(['init-agents'])).stdout).toContain('Remove "browser"');
  }
  const tests = { mcpServers: { tests: { command: 'npx', args: ['playwright', 'run-test-mcp-server'] } } };
  await writeProjectFile('.mcp.json', JSON.stringify(tests));
  expect((await runCli(['init-agents'])).stdout).not.toContain('Remove');
});

test('the text around the section of AGENTS.md stays, and an older section is replaced', async ({
  runCli,
  filesOf,
  writeProjectFile,
}) => {
  await writeProjectFile('AGENTS.md', '# Mine\n\nUse tabs.');
  await runCli(['init-agents']);
  const { 'AGENTS.md': text = '' } = await filesOf();
  expect(text).toMatch(/^# Mine\n\nUse tabs\.\n\n<!-- playwright-2fa:start -->\n## Sign-in\n/);
  const older = text.replace(/(start -->\n).*?(\n<!--)/s, '$1An older text.$2');
  await writeProjectFile('AGENTS.md', `${older}\nAfter it.\n`);
  expect(statuses((await runCli(['init-agents'])).stdout)).toMatchObject({ 'AGENTS.md': 'updated' });
  expect((await filesOf())['AGENTS.md']).toBe(`${text}\nAfter it.\n`);
});

test('a section with a broken pair of markers stays, and is reported', async ({
  runCli,
  filesOf,
  writeProjectFile,
}) => {
  await writeProjectFile('AGENTS.md', '<!-- playwright-2fa:start -->\nMy words after it.\n');
  const { exitCode, stdout } = await runCli(['init-agents']);
  expect(exitCode).toBe(1);
  expect(statuses(stdout)).toMatchObject({ 'AGENTS.md': 'EDIT' });
  expect((await filesOf())['AGENTS.md']).toContain('My words after it.');
});

test('CLAUDE.md stays: it is fine if it imports AGENTS.md or is a link to it', async ({
  runCli,
  project,
  writeProjectFile,
}) => {
  await writeProjectFile('AGENTS.md', '# Mine\n');
  await symlink('AGENTS.md', join(project.folder, 'CLAUDE.md'));
  const linked = await runCli(['init-agents', '--client', 'gemini', '--client', 'claude']);
  expect(statuses(linked.stdout)).toMatchObject({ 'CLAUDE.md': 'unchanged' });
  await writeProjectFile('GEMINI.md', 'Only this.\n');
  const apart = await runCli(['init-agents', '--client', 'gemini']);
  expect(apart).toMatchObject({ exitCode: 1, stdout: expect.stringContaining('Add the line "@AGENTS.md"') });
  await writeProjectFile('GEMINI.md', 'This and:\n@./AGENTS.md\n');
  expect((await runCli(['init-agents', '--client', 'gemini'])).exitCode).toBe(0);
});

test('a seed test of the user stays', async ({ runCli, filesOf, writeProjectFile }) => {
  const playwrights = "import { test, expect } from '@playwright/test';\n\ntest('seed', async ({ page }) => {});\n";
  await writeProjectFile('e2e/seed.spec.ts', playwrights);
  const foreign = await runCli(['init-agents', '--seed', 'e2e/seed.spec.ts', '--url', "/it's/login"]);
  expect(foreign.exitCode).toBe(1);
  expect(foreign.stdout).toContain(`add to the test: await persona.signIn(page, '/it\\'s/login')`);
  const mine = "import { test } from 'playwright-2fa';\ntest('seed', async ({ persona }) => void persona);\n";
  await writeProjectFile('e2e/seed.spec.ts', mine);
  const own = await runCli(['init-agents', '--seed', 'e2e/seed.spec.ts']);
  expect(own.exitCode).toBe(0);
  expect(statuses(own.stdout)).toMatchObject({ 'e2e/seed.spec.ts': 'kept' });
  expect(await filesOf()).toMatchObject({ 'e2e/seed.spec.ts': mine });
});

test('the seed test signs in as the first stored persona, or as the one that is named', async ({
  runCli,
  filesOf,
  writeProjectFile,
}) => {
  await writeProjectFile('.env', 'PERSONA_BOB_EMAIL=bob@acme.test\nPERSONA_BOB_PASSWORD=Battery-Staple-4712\n');
  const first = await runCli(['init-agents']);
  expect(first.stdout).not.toContain('neither in the vault');
  const named = await runCli(['init-agents', '--seed', 'tests/carol.seed.spec.ts', '--persona', 'carol']);
  expect(named.stdout).toContain('"carol" is neither in the vault nor in the environment');
  const files = await filesOf();
  expect(files['tests/seed.spec.ts']).toContain("personaName: 'bob'");
  expect(files['tests/carol.seed.spec.ts']).toContain("personaName: 'carol'");
  expect(JSON.stringify(files)).toContain('Battery-Staple-4712'); // The file of the user.
  for (const [path, text] of Object.entries(files)) if (path !== '.env') expect(text).not.toContain('Staple');
});

test('an unknown client, and an address with white space, are wrong usage', async ({ runCli, filesOf }) => {
  const unknown = await runCli(['init-agents', '--client', 'curser']);
  expect(unknown).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Did you mean "cursor"?') });
  expect((await runCli(['init-agents', '--url', '/log in'])).exitCode).toBe(2);
  expect(await filesOf()).toEqual({});
});

test('on Windows, clients that cannot start a script start npx by cmd', () => {
  expect(serverCommand(true, 'win32')).toEqual({ command: 'cmd', args: ['/c', 'npx', ...SERVER.args] });
  expect(serverCommand(false, 'win32')).toEqual(SERVER);
  expect(serverCommand(true, 'linux')).toEqual(SERVER);
});
