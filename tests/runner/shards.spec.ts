import { once } from 'node:events';
import { rmSync, symlinkSync } from 'node:fs';
import { type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { HAS_REDIS, RedisServer, WITHOUT_REDIS } from '../support/redis-server.ts';
import { ROOT, configFile, expect, test as base } from '../support/run-playwright.ts';

/** A site that counts its sign-ins, and can leave one unanswered. */
interface Site {
  readonly url: string;
  readonly signIns: () => number;
  /** Leaves the next sign-in unanswered. Resolves when its request arrives. */
  holdNext(): Promise<void>;
}

const test = base.extend<{ site: Site; redis: RedisServer }>({
  site: async ({}, use) => {
    let signIns = 0;
    let hold: ((response: ServerResponse) => void) | undefined;
    const server: Server = createServer((request, response) => {
      response.setHeader('content-type', 'text/html');
      if (request.url === '/login') {
        signIns++;
        if (hold) return hold(response);
        response.setHeader('set-cookie', `sid=session-of-alice-${signIns}; HttpOnly; Max-Age=3600`);
        return response.end('<h1>Welcome</h1>');
      }
      const isSignedIn = /sid=session-of-alice/.test(request.headers.cookie ?? '');
      response.writeHead(isSignedIn ? 200 : 401).end(`<h1>${isSignedIn ? 'Account' : 'Who are you?'}</h1>`);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    await use({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      signIns: () => signIns,
      holdNext: () =>
        new Promise((resolve) => {
          hold = () => {
            hold = undefined;
            resolve();
          };
        }),
    });
    server.closeAllConnections();
    server.close();
  },

  /** A Redis server. Its client, an optional peer dependency, is linked into the user's project. */
  redis: async ({ userFolder }, use) => {
    base.skip(!HAS_REDIS, WITHOUT_REDIS);
    const redis = await RedisServer.start();
    const link = join(userFolder, 'node_modules', 'redis');
    symlinkSync(join(ROOT, 'node_modules', 'redis'), link);
    await use(redis);
    rmSync(link);
    await redis.stop();
  },
});

function project({ url }: Site): Record<string, string> {
  const profile = `{ probe: '/', signIn: async ({ page }) => { await page.goto('/login', { timeout: 80_000 }); } }`;
  const settings = `sinkUrl: 'http://127.0.0.1:1', personas: { alice: {} }, profiles: { alice: ${profile} }`;
  return {
    'playwright.config.ts': configFile(
      `{ fullyParallel: true, workers: 1, use: { ...use, baseURL: '${url}', profileName: 'alice' } }`,
      `{ ${settings} }`,
    ),
    'a.spec.ts': `
import { expect, test } from 'playwright-2fa';
for (let number = 0; number < 8; number++)
  test('page ' + number, async ({ page }) => {
    await page.goto('/');
    await expect(page.getByRole('heading')).toHaveText('Account');
  });`,
  };
}

test('four shards that share only a Redis server sign in once', async ({ runPlaywright, site, redis }) => {
  const env = { PLAYWRIGHT_2FA_LEDGER: redis.url() };
  const shards = [1, 2, 3, 4].map((shard) =>
    runPlaywright(project(site), { args: [`--shard=${shard}/4`], env, folder: `machine-${shard}` }),
  );
  for (const { output, passed } of await Promise.all(shards)) expect(passed, output).toBe(2);
  expect(site.signIns()).toBe(1);
});

test('a shard that is killed during a sign-in delays the others no longer than its lease lasts', async ({
  runPlaywright,
  site,
  redis,
}) => {
  const env = { PLAYWRIGHT_2FA_LEDGER: redis.url() };
  const isHeld = site.holdNext();
  let first = 0;
  const killed = runPlaywright(project(site), {
    args: ['--shard=1/2'],
    env,
    folder: 'machine-1',
    onStart: (pid) => (first = pid),
  });
  await isHeld;
  const other = runPlaywright(project(site), { args: ['--shard=2/2'], env, folder: 'machine-2' });
  process.kill(-first, 'SIGKILL');
  const { output, passed } = await other;
  expect(passed, output).toBe(4);
  expect(site.signIns()).toBe(2);
  await killed;
});

test('a Redis ledger without its client gives an error that says what to install', async ({ runPlaywright, site }) => {
  const { output } = await runPlaywright(project(site), { env: { PLAYWRIGHT_2FA_LEDGER: 'redis://127.0.0.1:1' } });
  expect(output).toContain('npm install -D redis');
});
