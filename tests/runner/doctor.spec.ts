import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '../support/run-doctor.ts';
import { type Files, configFile } from '../support/run-playwright.ts';

interface Row {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly hint: string;
}

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

const FREE_PORTS = 'smtpPort: 0, httpPort: 0';
const ESM = { 'package.json': '{ "type": "module" }' };

function rowsOf(stdout: string): Record<string, Row> {
  const rows = JSON.parse(stdout) as Row[];
  expect(rows.map((row) => Object.keys(row))).toEqual(rows.map(() => ['check', 'ok', 'detail', 'hint']));
  return Object.fromEntries(rows.map((row) => [row.check, row]));
}

function failedIn(rows: Record<string, Row>): string[] {
  return Object.values(rows).flatMap(({ check, ok }) => (ok ? [] : [check]));
}

test('nobody is signed in and no site is contacted, although the configuration names a profile', async ({
  runDoctor,
}) => {
  await using site = await startSite(() => 200);
  const config = `{ testIgnore: '**', maxFailures: 1, use: { ...use, baseURL: '${site.url}', profileName: 'alice', personaName: 'alice' } }`;
  const profiles = `profiles: { alice: { probe: '/account', signIn: async () => { throw new Error('signed in'); } } }`;
  const { exitCode, stdout } = await runDoctor(
    {
      ...ESM,
      'playwright.config.ts': configFile(config, `{ ${FREE_PORTS}, personas: { alice: ${ALICE} }, ${profiles} }`),
    },
    ['--json'],
  );
  const rows = rowsOf(stdout);
  expect(failedIn(rows)).toEqual([]);
  expect(rows['profiles']?.detail).toContain(`alice (persona alice, probe ${site.url}/account, not saved yet)`);
  expect(rows['personas']?.detail).toContain(site.url);
  expect(exitCode).toBe(0);
  expect(site.requests).toEqual([]);
});

test('a broken seed in .env is a finding, and does not hide the other personas', async ({ runDoctor }) => {
  const env = [
    'PERSONA_BOB_EMAIL=bob@acme.test',
    'PERSONA_BOB_TOTP=GEZDGNBVGY3T-0189-SECRET',
    'PERSONA_CAROL_EMAIL=carol@acme.test',
    'PERSONA_CAROL_TOTP=AAAAAAAAAAAAAAAA',
    'PERSONA_DAVE_EMAIL=dave@acme.test',
    'PERSONA_DAVE_TOPT=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    'PERSONA_ERIN_PASWORD=Correct-Horse-4712',
    'PERSONA_API_KEY=of-another-program',
  ].join('\n');
  const files = { ...ESM, '.env': env, 'playwright.config.ts': configFile(CONFIG, `{ ${FREE_PORTS} }`) };
  const { exitCode, stdout, stderr } = await runDoctor(files, ['--json']);
  const rows = rowsOf(stdout);
  expect(failedIn(rows)).toEqual(['personas']);
  const { hint = '', detail = '' } = rows['personas'] ?? {};
  expect(hint).toContain('Persona "bob" is invalid');
  expect(hint).toContain('The authenticator seed of persona "carol" can be read, but every byte of it is the same');
  expect(hint).toContain('PERSONA_DAVE_TOPT is not read: personas have no TOPT.');
  expect(hint).toContain('Did you mean "TOTP"?');
  expect(hint).toContain('PERSONA_ERIN_PASWORD is not read');
  expect(hint).not.toContain('PERSONA_API_KEY');
  expect(detail).toContain('dave (email-link, email-code; no origin');
  expect(exitCode).toBe(1);
  for (const secret of ['GEZDGNBVGY3T', 'Correct-Horse', 'AAAAAAAA']) expect(stdout + stderr).not.toContain(secret);
});

test('every reference to a persona, a profile, a page or a vault is followed', async ({ runDoctor }) => {
  const profiles = `profiles: {
    owned: { personaName: 'nobody', probe: async () => true },
    relative: { personaName: 'alice', probe: '/account', signIn: async () => {} },
    nameless: { probe: 'https://app.acme.test/', signIn: undefined },
    recorded: { personaName: 'nobody', probe: 'https://app.acme.test/', signIn: false },
  }`;
  const personas = `personas: { alice: ${ALICE}, nameless: { password: 'Correct-Horse-4713' } }`;
  const config = `{ use: { ...use, personaName: 'alise' }, projects: [{ use: { profileName: ['relative', 'unheard'] } }] }`;
  const { exitCode, stdout } = await runDoctor(
    {
      ...ESM,
      'playwright.config.ts': configFile(config, `{ ${FREE_PORTS}, vault: 'elsewhere', ${personas}, ${profiles} }`),
    },
    ['--json'],
  );
  const rows = rowsOf(stdout);
  expect(failedIn(rows)).toEqual(['personas', 'profiles', 'vault']);
  expect(rows['personas']?.hint).toContain(
    'Unknown persona "alise". Known: "alice", "nameless". Did you mean "alice"?',
  );
  const hint = rows['profiles']?.hint ?? '';
  expect(hint).toContain('`profileName` is "unheard", which is unknown');
  expect(hint).toContain('Profile "owned": Unknown persona "nobody"');
  expect(hint).toContain('Profile "relative": `probe` is "/account", which is relative, and there is no `baseURL`');
  expect(hint).toContain('Profile "nameless": persona "nameless" cannot sign in: it has no e-mail address');
  expect(hint).not.toContain('Profile "recorded"');
  expect(rows['vault']?.hint).toContain('`vault` is "elsewhere"');
  expect(exitCode).toBe(1);
});

test('a port that is taken is a finding, and all else is still checked', async ({ runDoctor }) => {
  await using other = await startSite(() => 404);
  const { port } = new URL(other.url);
  const options = `{ smtpPort: 0, httpPort: ${port}, personas: { alice: { totp: 'no seed' } } }`;
  const { exitCode, stdout } = await runDoctor({ ...ESM, 'playwright.config.ts': configFile('{ use }', options) }, [
    '--json',
  ]);
  const rows = rowsOf(stdout);
  expect(failedIn(rows)).toEqual(['ports', 'personas', 'e-mail', 'SMS']);
  expect(rows['ports']?.hint).toContain(
    `The sink could not open its HTTP port ${port} on 127.0.0.1: another program uses it`,
  );
  expect(rows['ports']?.hint).toContain('withTwoFactor(config, { smtpPort, httpPort })');
  expect(exitCode).toBe(1);
});

test('another server does not pass for a sink', async ({ runDoctor }) => {
  await using other = await startSite(() => 200);
  const options = `{ smtpPort: 0, httpPort: ${new URL(other.url).port} }`;
  const files = { ...ESM, 'playwright.config.ts': configFile('{ use }', options) };
  const { stdout } = await runDoctor(files, ['--json'], { CI: '' });
  const rows = rowsOf(stdout);
  expect(failedIn(rows)).toContain('ports');
  expect(rows['ports']?.hint).toContain(`Another program than a sink answers at ${other.url}`);
});

test('sites are contacted only with --sites, which finds probes that prove nothing', async ({ runDoctor }) => {
  await using site = await startSite((path) => (path === '/account' ? 401 : path === '/broken' ? 500 : 200));
  const profiles = `profiles: {
    good: { personaName: 'alice', probe: '/account' },
    open: { personaName: 'alice', probe: '/home' },
    page: { personaName: 'alice', probe: { page: '/home', visible: 'text=Welcome' } },
    broken: { personaName: 'alice', probe: '/broken' },
    asked: { personaName: 'alice', probe: async ({ request }) => (await request.get('/account')).ok() },
  }`;
  const files = {
    ...ESM,
    'playwright.config.ts': configFile(
      `{ use: { ...use, baseURL: '${site.url}' } }`,
      `{ ${FREE_PORTS}, personas: { alice: ${ALICE} }, ${profiles} }`,
    ),
  };
  const without = rowsOf((await runDoctor(files, ['--json'])).stdout);
  expect(failedIn(without)).toEqual([]);
  expect(without['sites']).toBeUndefined();
  expect(site.requests).toEqual([]);
  const { exitCode, stdout } = await runDoctor(files, ['--json', '--sites']);
  const rows = rowsOf(stdout);
  expect(failedIn(rows)).toEqual(['sites']);
  expect(rows['sites']?.detail).toBe(
    'good: the probe tells that nobody is signed in; asked: the probe tells that nobody is signed in',
  );
  const hint = rows['sites']?.hint ?? '';
  expect(hint).toContain('Profile "open": its probe also succeeds for somebody who is signed out');
  expect(hint).toContain('Profile "page": its probe also succeeds for somebody who is signed out');
  expect(hint).toContain('/broken answers 500');
  expect(exitCode).toBe(1);
});

test('a site whose clock differs is a finding, unless `clockSkew` allows for it', async ({ runDoctor }) => {
  await using site = await startSite(() => 401, 90_000);
  const project = (clockSkew: string): Files => ({
    ...ESM,
    'playwright.config.ts': configFile(
      `{ use: { ...use, baseURL: '${site.url}' } }`,
      `{ ${FREE_PORTS}, ${clockSkew} personas: { alice: ${ALICE} }, profiles: { alice: { probe: '/' } } }`,
    ),
  });
  const off = rowsOf((await runDoctor(project(''), ['--json', '--sites'])).stdout);
  expect(off['sites']?.hint).toMatch(
    /The clock of this machine is (?:89|90|91) s behind that of the site of profile "alice"/,
  );
  const allowed = rowsOf((await runDoctor(project(`clockSkew: 'auto',`), ['--json', '--sites'])).stdout);
  expect(failedIn(allowed)).toEqual([]);
});

test('each set of settings is checked once, and each browser', async ({ runDoctor }) => {
  const projects = `projects: [
    { name: 'a' },
    { name: 'same' },
    { name: 'no browser', use: { launchOptions: { executablePath: '/nowhere/chromium' } } },
    { name: 'b', use: { baseURL: 'https://b.acme.test' } },
  ]`;
  const { stdout } = await runDoctor(
    {
      ...ESM,
      'playwright.config.ts': configFile(`{ use, ${projects} }`, `{ ${FREE_PORTS}, personas: { alice: ${ALICE} } }`),
    },
    ['--json'],
  );
  const rows = rowsOf(stdout);
  expect(failedIn(rows)).toEqual(['browser [no browser]']);
  const projectsOf = (check: string): string[] => Object.keys(rows).filter((name) => name.startsWith(check));
  expect(projectsOf('personas')).toEqual(['personas [a]', 'personas [b]']);
  expect(projectsOf('browser')).toEqual(['browser [a]', 'browser [no browser]']);
  expect(rows['personas [b]']?.detail).toContain('https://b.acme.test');
});

test('what a configuration prints is kept out of the results', async ({ runDoctor }) => {
  const printing = `console.log('[dotenv] injecting env');\n${configFile(CONFIG, `{ ${FREE_PORTS} }`)}`;
  const { exitCode, stdout } = await runDoctor({ ...ESM, 'playwright.config.ts': printing }, ['--json']);
  expect(failedIn(rowsOf(stdout))).toEqual([]);
  expect(exitCode).toBe(0);
});

test('a configuration that cannot be loaded is a finding, without its source code', async ({ runDoctor }) => {
  const broken = `export default { password: 'Correct-Horse-4714', ;`;
  const { exitCode, stdout, files } = await runDoctor({ ...ESM, 'playwright.config.ts': broken }, ['--json']);
  const rows = rowsOf(stdout);
  expect(failedIn(rows)).toEqual(['start']);
  expect(rows['start']?.hint).toContain('SyntaxError');
  expect(stdout).not.toContain('Correct-Horse');
  expect(exitCode).toBe(1);
  expect(files.toSorted()).toEqual(['package.json', 'playwright.config.ts']);
});

test('wrong usage has its own exit code', async ({ runDoctor }) => {
  expect(await runDoctor({}, ['--site'])).toMatchObject({ exitCode: 2, stdout: '' });
  expect(await runDoctor({}, ['--config', 'none.ts'])).toMatchObject({ exitCode: 2, stdout: '' });
});

interface Site extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly string[];
}

/** Starts a site that answers each path with a status. @param ahead of its clock, in milliseconds */
async function startSite(statusOf: (path: string) => number, ahead = 0): Promise<Site> {
  const requests: string[] = [];
  const server: Server = createServer((request, response) => {
    requests.push(request.url ?? '');
    const date = new Date(Date.now() + ahead).toUTCString();
    response.writeHead(statusOf(request.url ?? ''), { 'content-type': 'text/html', date }).end('<h1>Welcome</h1>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
