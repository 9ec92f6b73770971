import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type CodeBlock, codeBlocks, readDocPages } from '../support/doc-pages.ts';
import { type Files, ROOT, type RunResult, expect, run, test as base } from '../support/run-playwright.ts';
import { seedUsers } from '../support/stored-personas.ts';

const SITE = fileURLToPath(new URL('../apps/better-auth/server.mjs', import.meta.url));
const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

const PAGES = readDocPages();
const EXAMPLES = PAGES.flatMap(codeBlocks).filter(({ file }) => file !== undefined) as Example[];
/** Clients of vendors and frameworks of agents, which pages of docs/ import. */
const CLIENTS = [
  ...['@aws-sdk/client-sesv2', '@aws-sdk/client-sns', '@getbrevo/brevo', '@sendgrid/client', '@sendgrid/mail'],
  ...['@vonage/sms', 'mailersend', 'mailgun.js', 'postmark', 'resend', 'twilio'],
  ...['@langchain/core', 'ai'],
];
const CUSTOM_SOURCE = 'docs/sources/custom-source.md';
const SECURITY = 'docs/security.md';

type Example = CodeBlock & { readonly file: string };

interface ExampleTest {
  readonly project: string;
  readonly title: string;
  readonly status: 'passed' | 'failed' | 'skipped';
}

interface ExampleRun {
  readonly folder: string;
  readonly result: RunResult;
  readonly tests: readonly ExampleTest[];
  /** Bodies that the monitor of the recipe for synthetic checks got. */
  readonly checks: readonly unknown[];
}

/** One nested run serves all pages: each page is a folder and a Playwright project of one user project. */
const test = base.extend<object, { examples: ExampleRun }>({
  examples: [
    async ({ userFolder }, use) => {
      const port = await freePort();
      const folder = mkdtempSync(join(userFolder, 'docs-'));
      writeFiles(folder, userProject(port));
      linkClients(folder);
      await using monitor = await startMonitor();
      const env = {
        PORT: String(port),
        SEED_USERS: JSON.stringify(seedUsers()),
        DATADOG_URL: monitor.url,
        DD_API_KEY: 'test-key',
        // An example that saves a persona makes a key.
        XDG_CONFIG_HOME: join(folder, 'config'),
      };
      const result = await run(folder, userFolder, { env, ownReporters: true, timeout: 560_000 });
      await use({ folder, result, tests: readTests(folder, result), checks: monitor.bodies });
    },
    { scope: 'worker', timeout: 580_000 },
  ],
});

// The tests share one nested run, so they run in one worker.
test.describe.configure({ mode: 'default' });

for (const page of PAGES.map(({ name }) => name).filter((name) => declaredTests(name) > 0)) {
  test(`${page}: the examples pass as written`, ({ examples }) => {
    const ofPage = examples.tests.filter(({ project }) => project === page || project.startsWith(`${page} `));
    const output = failuresOf(examples.result.output, page);
    expect(
      ofPage.filter(({ status }) => status !== 'passed'),
      output,
    ).toEqual([]);
    expect(ofPage, output).toHaveLength(declaredTests(page));
  });
}

test(`${CUSTOM_SOURCE}: the source passes the suite as written`, ({ examples }) => {
  const ofPage = examples.tests.filter(({ project }) => project === CUSTOM_SOURCE);
  const passed = ofPage.filter(({ status }) => status === 'passed');
  expect(ofPage.filter(({ status }) => status === 'failed')).toEqual([]);
  expect(passed.length, examples.result.output).toBeGreaterThan(15);
  expect(passed.filter(({ title }) => title.includes('503'))).not.toEqual([]);
});

test(`${SECURITY}: the run with failOnLeak has traces, finds no leak and passes`, ({ examples }) => {
  const traced = examples.tests.filter(({ project }) => project === `traced ${SECURITY}`);
  expect(traced).toMatchObject([{ status: 'passed' }, { status: 'passed' }]);
  expect(examples.result.output).toMatch(/no secret in \d+ artifacts/i);
  expect(examples.result.exitCode, examples.result.output).toBe(0);
});

test('the jobs run as written', ({ examples }) => {
  const jobs = examples.tests.filter(({ project }) => project === 'jobs');
  expect(jobs.filter(({ status }) => status !== 'passed')).toEqual([]);
  const names = ['docs-library/job.ts', 'docs-library/session-job.ts', 'docs-recipes-synthetic-checks/check-job.ts'];
  expect(jobs.map(({ title }) => title).toSorted(), examples.result.output).toEqual(names);
  const ok = { check: 'acme.sign_in', status: 0, tags: ['persona:bob'], host_name: expect.any(String) };
  expect(examples.checks).toEqual([['test-key', [ok]]]);
  expect(examples.result.output).toContain('The session is of bob@acme.test');
  expect(examples.result.output).toContain('Signed in as bob@acme.test');
});

test('all examples type-check in a strict project', ({ userFolder }) => {
  const folder = mkdtempSync(join(userFolder, 'types-'));
  writeFiles(folder, { ...userProject(3000), 'stubs.d.ts': STUBS, 'tsconfig.json': JSON.stringify(TSCONFIG) });
  linkClients(folder);
  const complaints = ((): string => {
    try {
      return execFileSync(process.execPath, [TSC, '-p', folder], { encoding: 'utf8' });
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  })();
  expect(complaints).toBe('');
});

test(`${CUSTOM_SOURCE}: a source that also returns old messages fails the suite`, async ({ runPlaywright }) => {
  const files = filesOf(CUSTOM_SOURCE);
  const source = files['outbox.ts'] ?? '';
  const broken = source.replace('sent(folded, mark, signal)', 'sent(folded, 0, signal)');
  expect(broken).not.toBe(source);
  const { output, failed, passed } = await runPlaywright({ ...files, 'outbox.ts': broken });
  expect(failed, output).toBeGreaterThan(0);
  expect(passed, output).toBeGreaterThan(0);
});

/** Packages that the recipes use and that are not installed here. */
const STUBS = `
declare module 'checkly' { export function defineConfig(config: object): object }
declare module 'checkly/constructs' { export const Frequency: Record<string, object> }
declare module 'crawlee' {
  type Handler = (context: { request: { url: string }; $: (selector: string) => { text(): string } }) => void;
  export class CheerioCrawler {
    constructor(options: { requestHandler: Handler; preNavigationHooks?: unknown[]; postNavigationHooks?: unknown[] });
    run(urls: readonly string[]): Promise<object>;
  }
}
declare module 'playwright-bdd' {
  import type { TestType } from '@playwright/test';
  type Step<Fixtures> = (pattern: string, run: (fixtures: Fixtures, value: string) => Promise<void>) => void;
  export const test: TestType<object, object>;
  export function defineBddConfig(config: object): string;
  export function createBdd<T extends object, W extends object>(
    test: TestType<T, W>,
  ): { Given: Step<T & W>; When: Step<T & W>; Then: Step<T & W> };
}
`;

const TSCONFIG = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable', 'dom', 'dom.iterable'],
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules/@types')],
    paths: { standardwebhooks: [join(ROOT, 'node_modules/standardwebhooks/dist/index.d.ts')] },
  },
  include: ['**/*.ts'],
};

/** One folder for each page, one `.env` for all pages beside the configuration, and the ports of this run. */
function userProject(port: number): Files {
  const placed = EXAMPLES.map(({ page, file, content }) => {
    const text = content
      .replaceAll('localhost:3000', `localhost:${port}`)
      .replace('launch()', 'launch({ executablePath: process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH! })');
    return [file === '.env' ? file : `${folderOf(page)}/${file}`, text] as const;
  });
  const env = placed.filter(([name]) => name === '.env').map(([, text]) => text);
  const jobs = placed.map(([name]) => name).filter((name) => name.endsWith('job.ts'));
  const runs = jobs.map((job, index) => [
    `jobs/${index}.spec.ts`,
    `import { test } from '@playwright/test';\ntest('${job}', async () => void (await import('../${job}')));`,
  ]);
  return {
    ...Object.fromEntries(placed),
    ...Object.fromEntries(runs),
    '.env': env.join(''),
    'playwright.config.ts': configuration(),
    'package.json': JSON.stringify({ type: 'module', scripts: { dev: `"${process.execPath}" "${SITE}"` } }),
  };
}

/**
 * One configuration for all pages. The tests of a page run with the page's `playwright.config.ts`, or else with that of
 * README.md. All other configurations are only loaded.
 */
function configuration(): string {
  const configs = EXAMPLES.filter(({ file, content }) => {
    const needsStub = content.includes("'playwright-bdd'"); // not installed here
    return /(?:^|\/)playwright(?:\.[\w-]+)?\.config\.ts$/.test(file) && !needsStub;
  });
  const nameOf = ({ page, file }: Pick<Example, 'page' | 'file'>): string =>
    `${folderOf(page)}_${file}`.replace(/\W/g, '_');
  const imports = configs.map((one) => `import ${nameOf(one)} from './${folderOf(one.page)}/${one.file}';`);
  const main = nameOf({ page: 'README.md', file: 'playwright.config.ts' });
  const leak = nameOf({ page: SECURITY, file: 'playwright.leak.config.ts' });
  const projects = [...new Set(EXAMPLES.map(({ page }) => page))].map((page) => {
    const own = configs.find((one) => one.page === page && one.file === 'playwright.config.ts');
    return `{ name: '${page}', testDir: './${folderOf(page)}', use: placed(${own ? nameOf(own) : main}) },`;
  });
  return `
import { withTwoFactor } from 'playwright-2fa';
${imports.join('\n')}
const launchOptions = { executablePath: process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH };
/** The options of a configuration, with the browser and the sink of this run. */
function placed({ use = {} }: any): any {
  const { sinkUrl, ...twoFactor } = use.twoFactor ?? {};
  return { ...use, launchOptions, twoFactor };
}
const loaded: readonly object[] = [${configs.map(nameOf).join(', ')}];
if (loaded.some((config) => typeof config !== 'object')) throw new Error('A configuration is not an object.');
export default withTwoFactor(
  {
    workers: 2,
    timeout: 120_000,
    expect: { timeout: 20_000 },
    use: placed(${main}),
    webServer: [${main}.webServer].flat().filter((server: any) => server.name !== 'playwright-2fa sink')
      .map((server: any) => ({ ...server, timeout: 180_000 })) as any,
    reporter: [...(${leak}.reporter as any[]).filter(([name]) => name !== 'list'), ['json', { outputFile: 'results.json' }], ['list']],
    projects: [
      ${projects.join('\n      ')}
      { name: 'traced ${SECURITY}', testDir: './README', grep: /confirms|whatever/, use: { ...placed(${leak}), trace: 'on' } },
      { name: 'jobs', testDir: './jobs' },
    ],
  },
  { smtpPort: 0, httpPort: 0 },
);
`;
}

/** Installs the clients of vendors for the examples. */
function linkClients(folder: string): void {
  for (const name of CLIENTS) {
    const path = join(folder, 'node_modules', name);
    mkdirSync(dirname(path), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), path);
  }
}

/** Starts a stand-in for the service checks of Datadog. */
async function startMonitor(): Promise<
  AsyncDisposable & { readonly url: string; readonly bodies: readonly unknown[] }
> {
  const bodies: unknown[] = [];
  const server = createHttpServer(async (request, response) => {
    const isCheck = request.method === 'POST' && request.url === '/api/v1/check_run';
    if (isCheck) bodies.push([request.headers['dd-api-key'], await json(request)]);
    response.writeHead(isCheck ? 202 : 404).end('{"status":"ok"}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function folderOf(page: string): string {
  return page.replace(/\.md$/, '').replaceAll('/', '-');
}

/** Returns what the list reporter says of the failed tests of a page. */
function failuresOf(output: string, page: string): string {
  const failures = output.split(/^ {2}\d+\) /m).slice(1);
  return failures.filter((text) => text.startsWith(`[${page}]`)).join('\n') || output;
}

function filesOf(page: string): Files {
  return Object.fromEntries(EXAMPLES.filter((one) => one.page === page).map(({ file, content }) => [file, content]));
}

function declaredTests(page: string): number {
  const specs = Object.entries(filesOf(page)).filter(([name]) => name.endsWith('.spec.ts'));
  return specs.flatMap(([, content]) => content.match(/^ *(?:test|merged|extended)\('/gm) ?? []).length;
}

function writeFiles(folder: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

interface Suite {
  readonly suites?: readonly Suite[];
  readonly specs?: readonly {
    readonly title: string;
    readonly tests: readonly { readonly projectName: string; readonly status: string }[];
  }[];
}

/** @throws Error with the output of the run, if it wrote no results */
function readTests(folder: string, { output }: RunResult): ExampleTest[] {
  try {
    return testsOf(JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as Suite);
  } catch (cause) {
    throw new Error(`The nested run wrote no results:\n${output}`, { cause });
  }
}

function testsOf({ suites = [], specs = [] }: Suite): ExampleTest[] {
  const own = specs.flatMap(({ title, tests }) =>
    tests.map(({ projectName: project, status }) => {
      const outcome = status === 'expected' ? 'passed' : status === 'skipped' ? 'skipped' : 'failed';
      return { project, title, status: outcome } as const;
    }),
  );
  return [...own, ...suites.flatMap(testsOf)];
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}
