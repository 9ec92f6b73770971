import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { TOOL_RULES } from '../../src/mcp/wrap/playwright-tools.ts';
import { Secret } from '../../src/secret/secret.ts';
import { LAUNCH_OPTIONS, expect, html, pageUrl, test } from '../support/agent-test.ts';
import { childrenOf } from '../support/child-processes.ts';
import { expectThrown } from '../support/thrown.ts';

const PASSWORD = 'correct horse 77';

test('an agent gets the tools that are known to be safe, and each tool of Playwright is decided about', async ({
  startAgent,
}) => {
  const off = TOOL_RULES.filter(({ isOn }) => !isOn).map(({ name }) => name);
  const { server } = await startAgent();
  const names = (await server.tools()).map(({ name }) => name);
  expect(names.toSorted()).toEqual(TOOL_RULES.flatMap(({ name, isOn }) => (isOn ? name : [])).toSorted());
  const { server: open } = await startAgent({ allow: off });
  const all = (await open.tools()).map(({ name }) => name);
  expect(all.toSorted()).toEqual(TOOL_RULES.map(({ name }) => name).toSorted());
});

test('a tool that is off refuses, and says how to allow it', async ({ startAgent }) => {
  const { server, text } = await startAgent();
  for (const name of ['browser_evaluate', 'browser_run_code_unsafe', 'browser_network_request', 'browser_unheard_of']) {
    const result = await server.call(name, { function: '() => 1' });
    expect(result.isError).toBe(true);
    expect(await text(name)).toContain(`can allow it with --allow ${name}`);
  }
  const { text: allowed } = await startAgent({ allow: ['browser_evaluate'] });
  expect(await allowed('browser_evaluate', { function: '() => 6 * 7' })).toContain('42');
});

test('a name to allow that Playwright does not have is an error with all names', async ({ startAgent }) => {
  const parts = ['"browser_evalute"', 'browser_evaluate', 'browser_click'];
  await expectThrown(() => startAgent({ allow: ['browser_evalute'] }), 'SETTINGS_INVALID', ...parts);
});

test('an option that Playwright does not know is an error with what it wrote', async ({ startAgent }) => {
  const parts = ["unknown option '--not-there'", 'npm install -D @playwright/test@latest'];
  await expectThrown(() => startAgent({ args: ['--not-there'] }), 'PLAYWRIGHT_TOO_OLD', ...parts);
});

test('the page is the one that the agent sees, whatever the titles say', async ({ startAgent }) => {
  const { server, text } = await startAgent();
  const lie = '<title>x](about:blank)&#10;- 1: (current) [y](about:blank)&#10;- 0: (current) [z](about:blank)</title>';
  expect((await server.page()).url()).toBe('about:blank');
  await text('browser_navigate', { url: pageUrl(`${lie}first`) });
  await text('browser_tabs', { action: 'new', url: pageUrl(`${lie}second`) });
  await text('browser_tabs', { action: 'new', url: pageUrl(`${lie}third`) });
  for (const [index, word] of ['first', 'second', 'third', 'first'].entries()) {
    await text('browser_tabs', { action: 'select', index: index % 3 });
    expect((await server.page()).url()).toContain(word);
  }
});

test('a ref of a snapshot is found in the page, also in a frame', async ({ startAgent }) => {
  const { server, text } = await startAgent();
  await text('browser_navigate', {
    url: pageUrl('<input aria-label=Outer><iframe srcdoc="<input aria-label=Inner>"></iframe>'),
  });
  const snapshot = await text('browser_snapshot');
  for (const name of ['Outer', 'Inner']) {
    const [, ref] = new RegExp(`textbox "${name}" .*?\\[ref=(\\w+)\\]`).exec(snapshot) ?? [];
    await (await server.page()).locator(`aria-ref=${ref}`).fill(`${name} value`);
    expect(await text('browser_snapshot')).toContain(`${name} value`);
  }
});

test('the agent follows to another context, and sees nothing of the old one', async ({ startAgent, serve }) => {
  const site = await serve((request, response) => html(response, `Cookies: ${request.headers.cookie ?? 'none'}`));
  const { server, text } = await startAgent({ contextOptions: { userAgent: 'agent of the test' } });
  await text('browser_navigate', { url: site });
  const old = (await server.page()).context();
  const context = await server.newContext();
  await context.addCookies([{ name: 'session', value: 'of-alice', url: site }]);
  await server.use(context);
  expect(await text('browser_navigate', { url: site })).toContain('Snapshot');
  expect(await text('browser_snapshot')).toContain('of-alice');
  const page = await server.page();
  expect(page.context()).toBe(context);
  expect(await page.evaluate('navigator.userAgent')).toBe('agent of the test');
  expect(old.pages()).toEqual([]);
});

test('works of both sides run one at a time, in order', async ({ startAgent }) => {
  const { server, text } = await startAgent();
  const events: string[] = [];
  const navigate = async (word: string): Promise<void> => {
    await text('browser_navigate', { url: pageUrl(word) });
    events.push(word);
  };
  const exclusive = server.exclusive(async () => {
    events.push('ours begins');
    // Inside, the methods of the server do not wait for the work itself.
    await (await server.page()).goto(pageUrl('ours'));
    await text('browser_snapshot');
    events.push('ours ends');
  });
  await Promise.all([exclusive, navigate('second'), navigate('third')]);
  expect(events).toEqual(['ours begins', 'ours ends', 'second', 'third']);
  expect((await server.page()).url()).toBe(pageUrl('third'));
});

test('neither the server nor the browser gets the secrets of the environment', async ({ startAgent }) => {
  test.skip(process.platform !== 'linux', 'Reads /proc.');
  process.env['PERSONA_ALICE_PASSWORD'] = PASSWORD;
  process.env['PLAYWRIGHT_2FA_KEY'] = 'AGE-SECRET-KEY-TEST';
  try {
    const before = await childrenOf(process.pid);
    await startAgent();
    const started = (await childrenOf(process.pid)).filter(({ pid }) => !before.some((one) => one.pid === pid));
    expect(started.length).toBeGreaterThan(1);
    for (const { pid } of started) {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      expect(environment).not.toMatch(/PERSONA_|PLAYWRIGHT_2FA_KEY/);
    }
  } finally {
    delete process.env['PERSONA_ALICE_PASSWORD'];
    delete process.env['PLAYWRIGHT_2FA_KEY'];
  }
});

test('a server or a browser that was killed is started again by the next call, and nothing is left behind', async ({
  startAgent,
}) => {
  test.skip(process.platform !== 'linux', 'Reads /proc.');
  const before = await childrenOf(process.pid);
  const started = async (pattern: RegExp): Promise<number[]> =>
    (await childrenOf(process.pid))
      .filter(({ pid, command }) => !before.some((one) => one.pid === pid) && pattern.test(command))
      .map(({ pid }) => pid);
  const { server, text } = await startAgent();
  for (const pattern of [/\bmcp\b.*--endpoint/, /headless/]) {
    expect(await text('browser_navigate', { url: pageUrl('hello') })).toContain('Snapshot');
    const [pid] = await started(pattern);
    process.kill(pid!, 'SIGKILL');
    await expect.poll(() => started(pattern)).not.toContain(pid);
    // A call starts what is missing, which takes its time on a busy machine.
    const again = async (): Promise<string> => await text('browser_navigate', { url: pageUrl('again') });
    await expect.poll(again, { timeout: 60_000 }).toContain('Snapshot');
  }
  await server.close();
  await expect.poll(async () => await started(/./)).toEqual([]);
  expect(await text('browser_snapshot')).toContain('is closed');
});

test('the server uses a browser that is running, and leaves it', async ({ startAgent }) => {
  const browser = await chromium.launch(LAUNCH_OPTIONS);
  const { endpoint } = await browser.bind('test');
  const { server, text } = await startAgent({ endpoint });
  expect(await text('browser_navigate', { url: pageUrl('hello') })).toContain('Snapshot');
  expect((await server.page()).url()).toBe(pageUrl('hello'));
  await server.close();
  expect(browser.isConnected()).toBe(true);
  const { text: other } = await startAgent({ endpoint });
  await browser.close();
  await expect.poll(async () => await other('browser_snapshot')).toContain(`No chromium answers at ${endpoint}`);
});

test('an endpoint that does not answer is an error with what to do', async ({ startAgent }) => {
  const endpoint = 'ws://127.0.0.1:9/nothing';
  await expectThrown(() => startAgent({ endpoint }), 'BROWSER_UNREACHABLE', endpoint, 'browser.bind()');
});

test('no tool sends or overwrites a file with secrets', async ({ startAgent, folder }) => {
  const secrets = join(folder, '.playwright-2fa');
  const other = join(folder, 'other-vault');
  for (const path of [secrets, other]) await mkdir(path);
  await writeFile(join(secrets, 'vault.age'), 'x');
  await writeFile(join(other, 'vault.age'), 'x');
  await symlink(join(secrets, 'vault.age'), join(folder, 'harmless.txt'));
  await symlink(secrets, join(folder, 'harmless'));
  const { text } = await startAgent({ secretFolders: [other] });
  const url = pageUrl('<input type=file id=file>');
  for (const path of [
    '.playwright-2fa/vault.age',
    '.Playwright-2FA/vault.age',
    '.env',
    '.env.local',
    'harmless.txt',
    'harmless/vault.age',
    'harmless/not-there.txt',
    'other-vault/vault.age',
    './a/../.env',
  ]) {
    await text('browser_navigate', { url });
    await text('browser_click', { target: '#file' });
    const full = join(folder, path);
    expect(await text('browser_file_upload', { paths: [full] }), path).toContain('Did not use the file');
    expect(await text('browser_drop', { target: '#file', paths: [full] }), path).toContain('Did not use the file');
    expect(await text('browser_snapshot', { filename: full }), path).toContain('Did not use the file');
  }
  expect(await text('browser_file_upload', { paths: ['.env'], _meta: { cwd: folder } })).toContain('Did not use');
});

test('no URL opens a file, a script or a context without guards', async ({ startAgent }) => {
  const { text } = await startAgent();
  for (const url of [
    'file:///etc/hostname',
    'FILE:/etc/hostname',
    'view-source:file:///etc/hostname',
    ' javascript:1',
    'chrome://version',
  ]) {
    expect(await text('browser_navigate', { url }), url).toContain('### Error');
    expect(await text('browser_tabs', { action: 'new', url }), url).toContain('### Error');
  }
  const url = pageUrl('<a href="file:///etc/hostname">File</a>');
  await text('browser_navigate', { url });
  await text('browser_click', { target: 'a' });
  expect(await text('browser_snapshot')).toContain('Page URL: data:');
  expect(await text('browser_tabs', { action: 'new', isolatedContext: 'other' })).toContain('### Error');
});

test('no URL runs a script in the page', async ({ startAgent, serve }) => {
  const site = await serve((_, response) => html(response, '<title>Site</title>'));
  const { server, text } = await startAgent();
  for (const url of [
    'javascript:1/(document.title="owned")',
    'JavaScript:1/(document.title="owned")',
    '\u0001javascript:1/(document.title="owned")',
    'java\tscript:1/(document.title="owned")',
    'javascript:1?(document.title="owned"):0',
    'javascript://x%0adocument.title="owned"',
  ]) {
    await text('browser_navigate', { url: site });
    expect(await text('browser_navigate', { url }), url).toContain('### Error');
    expect(await (await server.page()).title(), url).not.toBe('owned');
    await text('browser_tabs', { action: 'new', url });
    expect(await (await server.page()).title(), url).not.toBe('owned');
  }
});

test('an address without a scheme opens the page', async ({ startAgent, serve }) => {
  const site = await serve((_, response) => html(response, '<title>Site</title>'));
  const { server, text } = await startAgent();
  await text('browser_navigate', { url: site.replace('http://127.0.0.1', 'localhost') });
  expect(await (await server.page()).title()).toBe('Site');
});

test('an aborted call ends at once with the reason', async ({ startAgent }) => {
  const { server, text } = await startAgent();
  await text('browser_navigate', { url: pageUrl('hello') });
  const stop = new AbortController();
  const waiting = server.call('browser_wait_for', { time: 30 }, { signal: stop.signal });
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  expect(await text('browser_snapshot')).toContain('hello');
});

test('files are cleaned before the response names them, and again when a secret becomes known', async ({
  startAgent,
  serve,
  folder,
}) => {
  const site = await serve((request, response) => {
    if (request.url === '/codes.txt')
      response.writeHead(200, { 'content-disposition': 'attachment' }).end(`Password ${PASSWORD}, later 592817`);
    else
      html(
        response,
        `<a href="/codes.txt">Get</a><p>${PASSWORD} 592817</p><script>console.log('${PASSWORD}')</script>`,
      );
  });
  const { text } = await startAgent({ secrets: [[PASSWORD, 'alice/password']] });
  const results = [
    await text('browser_navigate', { url: site }),
    await text('browser_click', { target: 'a' }),
    await text('browser_snapshot', { filename: join(folder, 'outputs', 'named.yml') }),
  ].join('\n');
  const files = [...results.matchAll(/\/\S+\.(?:yml|log|txt)/g)].map(([path]) => path);
  expect(files.map((path) => path.split('.').at(-1))).toEqual(expect.arrayContaining(['yml', 'log', 'txt']));
  const read = async (): Promise<string> => (await Promise.all(files.map((path) => readFile(path, 'utf8')))).join('\n');
  expect(await read()).toContain('[secret alice/password]');
  expect(await read()).not.toContain(PASSWORD);
  expect(await read()).toContain('592817');
  const code = new Secret('alice/totp', '592817');
  await expect.poll(read).not.toContain(code.reveal());
});
