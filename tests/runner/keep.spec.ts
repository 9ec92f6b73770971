import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { codeBlocks, readDocPages } from '../support/doc-pages.ts';
import { freePort } from '../support/redis-server.ts';
import { type Files, configFile, expect, test as base } from '../support/run-playwright.ts';
import { type Receiver, WEBHOOK_SECRET, receiveWebhooks } from '../support/webhook-receiver.ts';

const PASSWORD = 'Correct-Horse-4711';

/** A site with a sign-in form, and sessions of a given life. */
interface Site {
  readonly url: string;
  /** Life of a new session, in milliseconds. */
  life: number;
  password: string;
  isDown: boolean;
  signIns: number;
  refusals: number;
}

interface Keeper {
  readonly process: ChildProcess;
  /** Standard output and standard error so far. */
  readonly output: () => string;
  /** Waits for the end, and returns the exit code. */
  readonly exitCode: () => Promise<number | null>;
}

interface Fixtures {
  site: Site;
  project: string;
  startKeeper: (args: readonly string[], env?: Record<string, string>) => Keeper;
  keepOnce: (
    args?: readonly string[],
    env?: Record<string, string>,
  ) => Promise<{ exitCode: number | null; output: string }>;
  receiver: Receiver;
}

const LOGIN = `<!doctype html><html lang="en"><title>Acme</title><h1>Sign in</h1><form method="post" action="/login">
  <label>Email <input name="email" type="email" autocomplete="username"></label>
  <label>Password <input name="password" type="password" autocomplete="current-password"></label>
  <button>Sign in</button></form>`;

const test = base.extend<Fixtures>({
  site: async ({}, use) => {
    const sessions = new Map<string, number>();
    const site = { url: '', life: 3_600_000, password: PASSWORD, isDown: false, signIns: 0, refusals: 0 };
    const server = createServer(async (request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      const form = request.method === 'POST' ? new URLSearchParams(await text(request)) : undefined;
      if (site.isDown) return void response.writeHead(503).end();
      if (form && form.get('password') === site.password) {
        const id = `session-${++site.signIns}-${Math.random().toString(36).slice(2)}`;
        sessions.set(id, Date.now() + site.life);
        const cookie = `sid=${id}; HttpOnly; Path=/; Max-Age=${Math.floor(site.life / 1000)}`;
        return void response.writeHead(303, { location: '/account', 'set-cookie': cookie }).end();
      }
      if (form) {
        site.refusals++;
        return void response.writeHead(401).end(`<p role="alert">Wrong password.</p>${LOGIN}`);
      }
      const id = /sid=([\w.-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
      const isAlive = (sessions.get(id) ?? 0) > Date.now();
      if (request.url === '/login') return void response.end(LOGIN);
      if (request.url !== '/account') return void response.writeHead(404).end();
      if (!isAlive) return void response.writeHead(303, { location: '/login' }).end();
      response.end('<!doctype html><html lang="en"><title>Acme</title><h1>Account</h1><a href="/out">Sign out</a>');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    site.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await use(site);
    server.closeAllConnections();
    server.close();
  },

  project: async ({ userFolder, site }, use) => {
    const folder = mkdtempSync(join(userFolder, 'project-'));
    const locked = `signIn: () => { throw new TwoFactorError('SIGN_IN_LOCKED', 'The account is locked.'); }`;
    const profiles = `{
      alice: { probe: '/account', url: '/login' },
      locked: { personaName: 'alice', probe: '/account', ${locked} },
      byhand: { personaName: 'alice', probe: '/account', signIn: false },
    }`;
    const settings = `{ sinkUrl: 'http://127.0.0.1:1', personas: { alice: { email: 'alice@acme.test' } }, profiles: ${profiles} }`;
    const files: Files = {
      'package.json': '{ "type": "module" }',
      '.env': `PERSONA_ALICE_PASSWORD=${PASSWORD}\n`,
      'playwright.config.ts': `import { TwoFactorError } from 'playwright-2fa';\n${configFile(`{ use: { ...use, baseURL: '${site.url}' } }`, settings)}`,
    };
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    await use(folder);
  },

  startKeeper: async ({ userFolder, project }, use) => {
    const started: ChildProcess[] = [];
    await use((args, env = {}) => {
      const inherited = Object.entries(process.env).filter(([name]) => !/^(?:TEST_|PLAYWRIGHT_2FA_|PW_)/.test(name));
      const main = join(userFolder, 'node_modules/playwright-2fa/dist/cli.js');
      const child = spawn(process.execPath, [main, 'keep', ...args], {
        cwd: project,
        env: { ...Object.fromEntries(inherited), ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      started.push(child);
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
      const closed = once(child, 'close');
      return { process: child, output: () => output, exitCode: async () => ((await closed) as [number | null])[0] };
    });
    for (const child of started) child.kill('SIGKILL');
  },

  keepOnce: async ({ startKeeper }, use) => {
    await use(async (args = ['alice'], env) => {
      const keeper = startKeeper([...args, '--once'], env);
      return { exitCode: await keeper.exitCode(), output: keeper.output() };
    });
  },

  receiver: async ({}, use) => {
    const receiver = await receiveWebhooks((_call, response) => void response.writeHead(204).end());
    await use(receiver);
    await receiver.close();
  },
});

test('keep --once signs in once, finds the session alive later, and leaves nothing behind', async ({
  keepOnce,
  site,
  project,
}) => {
  const first = await keepOnce();
  expect(first.output).toMatch(/^alice: alive, renewed by sign-in, expires in \d+ min, next in \d+ min$/m);
  expect(first.exitCode, first.output).toBe(0);
  const second = await keepOnce(['alice', '--json']);
  expect(JSON.parse(second.output)).toMatchObject({ status: { name: 'alice', alive: true }, probes: 1 });
  expect([second.exitCode, site.signIns]).toEqual([0, 1]);
  expect(first.output + second.output).not.toContain(PASSWORD);
  expect(readdirSync(project).filter((file) => file.startsWith('.playwright-2fa-keep'))).toEqual([]);
});

test('a refused password exits with 5, is not sent again, and is tried once it is corrected', async ({
  keepOnce,
  site,
  project,
}) => {
  site.password = 'Battery-Staple-0815';
  const first = await keepOnce();
  expect(first.exitCode, first.output).toBe(5);
  expect(first.output).not.toContain(PASSWORD);
  const second = await keepOnce();
  expect([second.exitCode, site.refusals]).toEqual([5, 1]);
  expect(second.output).toContain('npx playwright-2fa account reset alice');
  writeFileSync(join(project, '.env'), `PERSONA_ALICE_PASSWORD=${site.password}\n`);
  const third = await keepOnce();
  expect(third.exitCode, third.output).toBe(0);
  expect([site.refusals, site.signIns]).toEqual([1, 1]);
});

test('each cause has its exit code: a lockout, a person, a site that does not answer, wrong usage', async ({
  keepOnce,
  site,
}) => {
  expect(await keepOnce(['locked'])).toMatchObject({ exitCode: 3 });
  const byHand = await keepOnce(['byhand', 'locked']);
  expect(byHand).toMatchObject({ exitCode: 4, output: expect.stringContaining('profile record byhand --url') });
  expect(await keepOnce(['alice'])).toMatchObject({ exitCode: 0 });
  site.isDown = true;
  expect(await keepOnce(['alice', 'locked'])).toMatchObject({ exitCode: 3 }); // of several, the first that a person looks at
  expect(await keepOnce(['alice'])).toMatchObject({ exitCode: 6 });
  expect(await keepOnce(['byhand'])).toMatchObject({ exitCode: 4 }); // no session is saved, so the site is not asked
  const unknown = await keepOnce(['alise']);
  expect(unknown).toMatchObject({ exitCode: 2, output: expect.stringContaining('Did you mean "alice"?') });
  for (const args of [['--every', '10'], ['--between', '9-17'], ['--port', 'x'], ['--config', 'none.ts'], ['a/b']])
    expect(await keepOnce(args)).toMatchObject({ exitCode: 2 });
});

test('a running keeper renews before the expiry, tells of it, and ends in time', async ({
  startKeeper,
  site,
  receiver,
  project,
}) => {
  site.life = 130_000;
  const port = await freePort();
  const env = { PLAYWRIGHT_2FA_KEEP_WEBHOOK: receiver.url, PLAYWRIGHT_2FA_KEEP_SECRET: WEBHOOK_SECRET };
  const args = ['alice', '--every', '5s', '--before', '100s', '--port', String(port)];
  const keeper = startKeeper(args, env);
  const health = async (): Promise<number> => {
    return await fetch(`http://127.0.0.1:${port}/health`).then(
      ({ status }) => status,
      () => 0,
    );
  };
  await expect.poll(health, { timeout: 60_000 }).toBe(503); // before the first round
  await expect.poll(health, { timeout: 60_000 }).toBe(200);
  await expect.poll(() => site.signIns, { timeout: 60_000 }).toBe(2); // long before the end of 130 s
  await expect.poll(() => receiver.calls.length, { timeout: 20_000 }).toBe(2);
  expect(receiver.refused).toEqual([]);
  expect(receiver.calls.map(({ type }) => type)).toEqual(['session.renewed', 'session.renewed']);
  expect(Object.keys(receiver.calls[0]?.data ?? {}).toSorted()).toEqual(['expiresAt', 'how', 'profile', 'signedInAt']);
  const metrics = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  await expect.poll(metrics).toContain('playwright_2fa_profile_renewals_total{profile="alice",how="sign-in"} 2');
  expect(await metrics()).toContain('playwright_2fa_profile_alive{profile="alice"} 1');
  const told = performance.now();
  keeper.process.kill('SIGTERM');
  expect(await keeper.exitCode(), keeper.output()).toBe(0);
  expect(performance.now() - told).toBeLessThan(10_000);
  expect(keeper.output()).not.toContain(PASSWORD);
  expect(readdirSync(project).filter((file) => file.startsWith('.playwright-2fa-keep'))).toEqual([]);
});

test('a keeper that is killed is replaced, with its session, without another sign-in', async ({
  startKeeper,
  keepOnce,
  site,
}) => {
  const [first, second] = [startKeeper(['alice', '--port', '0']), startKeeper(['alice', '--port', '0'])];
  await expect.poll(() => site.signIns, { timeout: 60_000 }).toBe(1); // one of them is in the middle of its round
  first.process.kill('SIGKILL');
  const { exitCode, output } = await keepOnce(['alice']);
  expect(exitCode, output).toBe(0);
  second.process.kill('SIGTERM');
  expect(await second.exitCode(), second.output()).toBe(0);
  expect(site.signIns).toBe(1);
});

test('a keeper that is told to end during a sign-in that hangs ends within 10 s', async ({ startKeeper, project }) => {
  const hung = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(hung, 'listening');
  const url = `http://127.0.0.1:${(hung.address() as AddressInfo).port}`;
  const profiles = `{ alice: { probe: '/account', url: '/login' } }`;
  const settings = `{ sinkUrl: 'http://127.0.0.1:1', personas: { alice: { email: 'alice@acme.test' } }, profiles: ${profiles} }`;
  writeFileSync(join(project, 'playwright.config.ts'), configFile(`{ use: { ...use, baseURL: '${url}' } }`, settings));
  const connected = once(hung, 'connection');
  const keeper = startKeeper(['--port', '0']);
  await connected;
  const told = performance.now();
  keeper.process.kill('SIGTERM');
  await keeper.exitCode();
  expect(performance.now() - told).toBeLessThan(10_000);
  hung.closeAllConnections();
  hung.close();
});

test('the configurations of docs/keep.md are kept as written', async ({ keepOnce, site, project }) => {
  const blocks = readDocPages()
    .filter(({ name }) => name === 'docs/keep.md')
    .flatMap(codeBlocks);
  const written = blocks.filter(({ file }) => file?.endsWith('.config.ts'));
  expect(written).toHaveLength(2);
  for (const { file = '', content } of written) {
    // The site of this test, its browser, and a persona whose password is wrong where the example is about that.
    const isRefusing = file.startsWith('refusing');
    const adapted = content
      .replaceAll('http://localhost:3000', site.url)
      .replaceAll("probe: '/'", "probe: '/account'")
      .replaceAll("getByText('Signed in as')", "getByRole('link', { name: 'Sign out' })")
      .replaceAll('Invalid email or password', 'Wrong password');
    writeFileSync(join(project, `written.${file}`), adapted);
    writeFileSync(join(project, file), placed(`written.${file}`, isRefusing ? 'Wrong-Horse-4711' : PASSWORD));
    const result = await keepOnce(['--config', file]);
    expect(result.exitCode, result.output).toBe(isRefusing ? 5 : 0);
    rmSync(join(project, '.playwright-2fa'), { recursive: true });
  }
  expect(site.refusals).toBe(1);
});

/** Returns a configuration that gives another one a browser and a persona. */
function placed(file: string, password: string): string {
  return `import config from './${file}';
const launchOptions = { executablePath: process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH };
const { twoFactor, ...use } = config.use as any;
const personas = { frank: { email: 'frank@acme.test', password: '${password}' } };
export default { ...config, use: { ...use, launchOptions, twoFactor: { ...twoFactor, sinkUrl: 'http://127.0.0.1:1', personas } } };
`;
}
