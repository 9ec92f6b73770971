import { type IncomingMessage, createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { configFile, expect, test as base } from '../support/run-playwright.ts';

/** A site that rotates the session on each use. A second use of a replaced session ends the session for good. */
interface RotatingSite {
  readonly url: string;
  readonly signIns: () => number;
  readonly revoked: () => number;
}

const test = base.extend<{ site: RotatingSite }>({
  site: async ({}, use) => {
    const current = new Map<string, number>();
    let [signIns, revoked] = [0, 0];
    const sidOf = (request: IncomingMessage): string[] =>
      (/sid=([\d.]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '').split('.');
    const server = createServer((request, response) => {
      response.setHeader('content-type', 'text/html');
      const give = (family: string, turn: number): void => {
        current.set(family, turn);
        response.setHeader('set-cookie', `sid=${family}.${turn}; HttpOnly; Max-Age=3600`);
      };
      if (request.url === '/login') {
        give(`100200300400${++signIns}`, 1);
        return response.end('<h1>Welcome</h1><script>sessionStorage.setItem("tab", "kept-in-the-tab-only")</script>');
      }
      const [family = '', turn] = sidOf(request);
      // A request for the icon does not use a token.
      if (request.url !== '/') return response.writeHead(404).end();
      if (!current.has(family)) return response.writeHead(302, { location: '/closed' }).end();
      if (Number(turn) !== current.get(family)) {
        revoked++;
        current.delete(family);
        return response.writeHead(401).end();
      }
      give(family, Number(turn) + 1);
      response.end('<h1>Account</h1><script>document.title = sessionStorage.getItem("tab") ?? "none"</script>');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await use({ url, signIns: () => signIns, revoked: () => revoked });
    server.closeAllConnections();
    server.close();
  },
});

function config(site: RotatingSite, profile: string): string {
  const use = `use: { ...use, baseURL: '${site.url}', profileName: 'alice' }`;
  const settings = `sinkUrl: 'http://127.0.0.1:1', personas: { alice: {} }, profiles: { alice: ${profile} }`;
  return configFile(`{ fullyParallel: true, workers: 2, ${use} }`, `{ ${settings} }`);
}

const SIGN_IN = `signIn: async ({ page }) => { await page.goto('/login'); }`;

test('thirty tests in a row keep a rotating session, even after a failed test', async ({ runPlaywright, site }) => {
  const result = await runPlaywright({
    'playwright.config.ts': config(site, `{ probe: '/', rotate: true, ${SIGN_IN} }`),
    'a.spec.ts': `
import { expect, test } from 'playwright-2fa';
for (let number = 0; number < 30; number++) {
  test('page ' + number, async ({ page }) => {
    for (let turn = 0; turn < 3; turn++) await page.goto('/');
    await expect(page.getByRole('heading')).toHaveText('Account');
    expect(await page.title()).toBe('kept-in-the-tab-only');
    expect(number).not.toBe(7);
  });
}`,
  });
  expect(result.output).toContain('29 passed');
  expect(result.failed).toBe(1);
  expect([site.signIns(), site.revoked()]).toEqual([1, 0]);
});

test('a test that signs out has a separate session', async ({ runPlaywright, site }) => {
  const result = await runPlaywright(
    {
      'playwright.config.ts': config(
        site,
        `{ probe: '/', rotate: true, ${SIGN_IN} }, alone: { probe: '/', isolate: true, personaName: 'alice', ${SIGN_IN} }`,
      ),
      'a.spec.ts': `
import { expect, test } from 'playwright-2fa';
const open = async (page) => {
  await page.goto('/');
  await expect(page.getByRole('heading')).toHaveText('Account');
};
test('one', async ({ page }) => open(page));
test.describe('alone', () => {
  test.use({ profileName: 'alone' });
  test('signs out', async ({ page, context }) => {
    await open(page);
    await context.clearCookies();
  });
});
test('two', async ({ page }) => open(page));
test('signs out, and is not saved', async ({ context, profile, page }) => {
  await open(page);
  await expect(profile.save()).resolves.toBeUndefined();
  const kept = await context.cookies();
  await context.clearCookies();
  await expect(profile.save()).rejects.toMatchObject({ code: 'PROFILE_NOT_SAVED' });
  await context.addCookies(kept);
});
test('three', async ({ page }) => open(page));`,
    },
    { args: ['--workers=1'] },
  );
  expect(result.output).toContain('5 passed');
  expect([site.signIns(), site.revoked()]).toEqual([2, 0]);
});

test('a profile without `signIn` gives an error with the command that recreates it', async ({
  runPlaywright,
  site,
}) => {
  const result = await runPlaywright({
    'playwright.config.ts': config(site, `{ probe: '/', url: '/login', signIn: false }`),
    'a.spec.ts': `import { test } from 'playwright-2fa';\ntest('one', async ({ page }) => {});`,
  });
  expect(result.failed).toBe(1);
  expect(result.output).toContain(`npx playwright-2fa profile record alice --url ${site.url}/login`);
});
