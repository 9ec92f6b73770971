import { type Server, createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { MAIN, test as base, expect } from '../support/cli-test.ts';
import { ALICE_KEY } from '../support/vault-test.ts';

/** A site that signs in every visitor of /login, until it forgets all sessions. */
interface Site {
  readonly url: string;
  forget(): void;
}

interface Fixtures {
  site: Site;
  /** Signs in by hand: waits for the browser, then presses Enter. */
  record: (...args: string[]) => Promise<CommandResult>;
  /** Like `record`, on a virtual screen: closes the window instead of pressing Enter. */
  recordOnScreen: (...args: string[]) => Promise<CommandResult>;
}

interface CommandResult {
  readonly exitCode: number | null;
  readonly stderr: string;
}

const test = base.extend<Fixtures>({
  site: async ({}, use) => {
    const sessions = new Set<string>();
    const server: Server = createServer((request, response) => {
      const cookie = /sid=(\S+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
      if (request.url === '/login') {
        const session = `session-${Math.random()}`;
        sessions.add(session);
        response.setHeader('set-cookie', `sid=${session}; HttpOnly; Max-Age=3600`);
        return response.writeHead(302, { location: '/account' }).end();
      }
      if (request.url === '/open' || sessions.has(cookie)) return response.end('<h1>Account</h1>');
      return response.writeHead(302, { location: '/' }).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    await use({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      forget: () => sessions.clear(),
    });
    server.closeAllConnections();
    server.close();
  },
  record: async ({ project }, use) => {
    await use(async (...args) => {
      return await runRecord(project, ['--headless', ...args], {}, ({ stdin }) => stdin.write('\n'));
    });
  },

  recordOnScreen: async ({ project }, use) => {
    const screen = spawn('Xvfb', ['-displayfd', '1', '-nolisten', 'tcp'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [number] = (await once(screen.stdout, 'data')) as [Buffer];
    const env = { DISPLAY: `:${String(number).trim()}` };
    const keys = [
      'search',
      '--sync',
      '--onlyvisible',
      '--class',
      'chrom',
      'windowfocus',
      '--sync',
      'key',
      'ctrl+shift+w',
    ];
    await use(async (...args) => {
      return await runRecord(project, args, env, () => spawn('xdotool', keys, { env: { ...process.env, ...env } }));
    });
    screen.kill();
  },
});

/** Browser with windows, as a headless shell has none. */
const BROWSER_ON_SCREEN = browserOnScreen();

function browserOnScreen(): string | undefined {
  const given = process.env['PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH'];
  if (!given?.includes('headless')) return given;
  return spawnSync('which', ['chromium'], { encoding: 'utf8' }).stdout.trim() || undefined;
}

/** Runs the command, and calls `whenReady` when the person would sign in and end it. */
async function runRecord(
  { folder, env }: { readonly folder: string; readonly env: NodeJS.ProcessEnv },
  args: readonly string[],
  moreEnv: Readonly<Record<string, string>>,
  whenReady: (child: ChildProcessWithoutNullStreams) => void,
): Promise<CommandResult> {
  const executable = args.includes('--headless')
    ? process.env['PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH']
    : BROWSER_ON_SCREEN;
  const browser = executable ? ['--executable', executable] : [];
  const child = spawn(process.execPath, [MAIN, 'profile', 'record', ...args, ...browser], {
    cwd: folder,
    env: { ...process.env, ...env, PLAYWRIGHT_2FA_KEY: ALICE_KEY.identity, ...moreEnv },
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
    if (String(chunk).includes('press Enter')) whenReady(child);
  });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, stderr };
}

const KEY = { PLAYWRIGHT_2FA_KEY: ALICE_KEY.identity };

test('a person signs in, and the session is saved, shown, probed and discarded', async ({ record, runCli, site }) => {
  expect(await record('alice', '--url', `${site.url}/login`)).toMatchObject({
    exitCode: 0,
    stderr: expect.stringContaining('"alice" is saved'),
  });
  const list = await runCli(['profile', 'list'], '', KEY);
  expect(list.stdout).toMatch(/^PROFILE +AGE +EXPIRES +LAST ALIVE\nalice +\d+ \w+ +in 59 min +\d+ \w+ ago\n$/);
  const shown = await runCli(['profile', 'show', 'alice'], '', KEY);
  expect(shown.stdout).toContain(`probe       ${site.url}/account`);
  expect(shown.stdout).toContain('cookie sid of 127.0.0.1: in 59 min');
  expect(shown.stdout).not.toContain('session-0');
  expect(await runCli(['profile', 'probe', 'alice'], '', KEY)).toMatchObject({ exitCode: 0, stdout: 'alive\n' });
  site.forget();
  expect(await runCli(['profile', 'probe', 'alice'], '', KEY)).toMatchObject({ exitCode: 1, stdout: 'dead\n' });
  expect(await runCli(['profile', 'discard', 'alice'])).toMatchObject({ exitCode: 0 });
  expect((await runCli(['profile', 'list'], '', KEY)).stderr).toContain('There is no profile');
});

test.describe('on a screen', () => {
  const browser = process.env['PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH'] ? ['chromium'] : [];
  const missing = ['Xvfb', 'xdotool', ...browser].filter((program) => spawnSync('which', [program]).status !== 0);
  test.skip(missing.length > 0, `${missing.join(' and ')} not installed: apt-get install xvfb xdotool`);

  test('closing the last window ends the recording, as Enter does', async ({ recordOnScreen, runCli, site }) => {
    expect(await recordOnScreen('alice', '--url', `${site.url}/login`)).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('"alice" is saved'),
    });
    expect(await runCli(['profile', 'probe', 'alice'], '', KEY)).toMatchObject({ exitCode: 0, stdout: 'alive\n' });
  });
});

test('an unfinished sign-in, and a probe that anybody can open, are reported', async ({ record, runCli, site }) => {
  const dead = await record('alice', '--url', `${site.url}/open`, '--probe', '/account');
  expect(dead).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('/account refuses the session') });
  const open = await record('alice', '--url', `${site.url}/login`, '--probe', '/open');
  expect(open).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('/open is public, so it cannot prove the session'),
  });
  expect((await runCli(['profile', 'probe', 'alice'], '', KEY)).stderr).toContain('has no session of profile "alice"');
});

test('an unknown command and a missing name are reported with the usage', async ({ runCli }) => {
  const wrong = await runCli(['profile', 'shwo', 'alice']);
  expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Did you mean "show"?') });
  expect(await runCli(['profile', 'show'])).toMatchObject({ exitCode: 2 });
  expect(await runCli(['profile', 'record', 'alice'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('--url'),
  });
  expect(await runCli(['profile', 'show', '../alice'])).toMatchObject({ exitCode: 2 });
});
