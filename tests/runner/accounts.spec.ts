import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { configFile, expect, test as base } from '../support/run-playwright.ts';

/** A site that rejects every password and counts the attempts. */
const test = base.extend<{ site: { readonly url: string; readonly sent: () => number } }>({
  site: async ({}, use) => {
    let sent = 0;
    const server = createServer((request, response) => {
      response.setHeader('content-type', 'text/html');
      if (request.method === 'POST') sent++;
      const alert = request.method === 'POST' ? '<p role="alert">Wrong password.</p>' : '';
      response.end(`<title>Sign in</title><h1>Sign in</h1>${alert}<form method="post">
        <label>Email <input name="email" type="email" autocomplete="username"></label>
        <label>Password <input name="password" type="password" autocomplete="current-password"></label>
        <button>Sign in</button></form>`);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    await use({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sent: () => sent });
    server.closeAllConnections();
    server.close();
  },
});

/** A module of the user's project that logs when a test begins and ends to use a persona. */
const WRITES_DOWN = `
const { appendFileSync } = require('node:fs');
const write = (line) => appendFileSync('uses.txt', line + '\\n');
module.exports.use = async (name) => {
  write('begin ' + name);
  for (let turn = 0; turn < 40; turn++) await new Promise(setImmediate);
  write('end ' + name);
};`;

/** Returns the used personas in order. Fails if two tests used one persona at the same time. */
function usesIn(folder: string): string[] {
  const using = new Set<string>();
  return readFileSync(join(folder, 'uses.txt'), 'utf8')
    .trim()
    .split('\n')
    .flatMap((line) => {
      const [what, name = ''] = line.split(' ');
      expect(using.has(name), `${line} while it is ${using.has(name) ? '' : 'not '}in use`).toBe(what === 'end');
      if (what === 'end') using.delete(name);
      else using.add(name);
      return what === 'begin' ? [name] : [];
    });
}

function project(use: string, options: string, spec: string) {
  const config = `{ fullyParallel: true, workers: 4, use: { ...use, ${use} } }`;
  return {
    'playwright.config.ts': configFile(config, `{ sinkUrl: 'http://127.0.0.1:1', ${options} }`),
    'uses.cjs': WRITES_DOWN,
    'a.spec.ts': `import { expect, test } from 'playwright-2fa';\nimport { use } from './uses.cjs';\n${spec}`,
  };
}

const POOL = `personas: { alice: {}, bob: {}, carol: {}, dave: {} }`;
const TWELVE = `for (let number = 0; number < 12; number++)
  test('test ' + number, async ({ persona }) => { await use(persona.name); });`;

test('a wrong password is sent once across all workers and retries, and each test reports it', async ({
  runPlaywright,
  site,
}) => {
  const files = project(
    `baseURL: '${site.url}', personaName: 'alice'`,
    `personas: { alice: { email: 'alice@acme.test', password: 'Wrong-Horse-4711' } }`,
    `test.describe.configure({ retries: 1 });
for (let number = 0; number < 3; number++)
  test('test ' + number, async ({ page, persona }) => { await persona.signIn(page, '/'); });`,
  );
  const { output, failed } = await runPlaywright(files);
  expect(failed).toBe(3);
  expect(site.sent()).toBe(1);
  expect(output).toContain('TwoFactorError: The site refused the identifier and password of alice: "Wrong password."');
  expect(output.match(/TwoFactorError: Sign-ins of alice are paused for another \d+ s/g)?.length).toBe(5);
  expect(output).toMatch(/"test \d" in worker \d .*was refused its password at [\d:]+ UTC, with "Wrong password\."/);
});

test('with several personas, each test has exclusive use of one, and all are used', async ({ runPlaywright }) => {
  const files = project(`personaName: ['alice', 'bob']`, POOL, TWELVE);
  const { passed, projectFolder } = await runPlaywright(files);
  expect(passed).toBe(12);
  const uses = usesIn(projectFolder);
  expect(uses).toHaveLength(12);
  expect([...new Set(uses)].toSorted()).toEqual(['alice', 'bob']);
});

test('one test at a time uses an exclusive persona, even if it opens the persona twice', async ({ runPlaywright }) => {
  const files = project(
    `personaName: undefined`,
    `personas: { alice: { exclusive: true } }`,
    `for (let number = 0; number < 8; number++)
  test('test ' + number, async ({ personas }) => {
    const alice = await personas.open('alice');
    expect(await personas.open('alice')).toBe(alice);
    await use(alice.name);
  });`,
  );
  const { passed, projectFolder } = await runPlaywright(files);
  expect(passed).toBe(8);
  expect(usesIn(projectFolder)).toHaveLength(8);
});

test('shards without a shared ledger divide the personas, and fail if there are too few', async ({ runPlaywright }) => {
  const files = project(`personaName: ['alice', 'bob', 'carol', 'dave']`, POOL, TWELVE);
  const { projectFolder, output } = await runPlaywright(files, { args: ['--shard=1/2'], ownReporters: true });
  expect(output.match(/shard 1 of 2 does not coordinate with the others/g)).toHaveLength(1);
  expect([...new Set(usesIn(projectFolder))].toSorted()).toEqual(['alice', 'carol']);
  const last = await runPlaywright({ ...files, 'uses.txt': '' }, { args: ['--shard=2/2'] });
  expect([...new Set(usesIn(last.projectFolder).filter(Boolean))].toSorted()).toEqual(['bob', 'dave']);
  const none = await runPlaywright(files, { args: ['--shard=5/6'] });
  expect(none.output).toContain(
    '`personaName` has 4 entries, too few for 6 shards without a shared ledger: shard 5 gets none',
  );
});

test('with several profiles, each test has exclusive use of one session', async ({ runPlaywright, site }) => {
  const profile = (name: string): string => `${name}: { probe: async () => true, signIn: async ({ page, persona }) => {
    await page.goto('/');
    await page.evaluate((name) => { document.cookie = 'who=' + name + '; max-age=3600'; }, persona.name);
  } }`;
  const files = project(
    `baseURL: '${site.url}', profileName: ['alice', 'bob']`,
    `${POOL}, profiles: { ${profile('alice')}, ${profile('bob')} }`,
    `for (let number = 0; number < 6; number++)
  test('test ' + number, async ({ context, persona, profile }) => {
    const [who] = await context.cookies();
    expect([who.value, profile.name]).toEqual([persona.name, persona.name]);
    await use(persona.name);
  });`,
  );
  const { passed, projectFolder } = await runPlaywright(files);
  expect(passed).toBe(6);
  expect([...new Set(usesIn(projectFolder))].toSorted()).toEqual(['alice', 'bob']);
});

test('a list of personas beside a profile is an error, and so is an empty list', async ({ runPlaywright }) => {
  const spec = `test('one', async ({ persona }) => {});`;
  const both = await runPlaywright(project(`personaName: ['alice'], profileName: 'alice'`, POOL, spec));
  expect(both.output).toContain('Set one of the two: a profile determines its persona.');
  const none = await runPlaywright(project(`personaName: []`, POOL, spec));
  expect(none.output).toContain('`personaName` must not be an empty list');
});
