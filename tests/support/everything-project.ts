import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Files, configFile } from './run-playwright.ts';

const PASSWORD = 'Correct-Horse-4711';
/** File to which the tests write the values that must not be found. It is not searched. */
const TRUTH = 'truth.jsonl';
/** Built-in reporters that write to files or to the terminal, as `--reporter` takes them. */
export const ALL_REPORTERS = 'list,line,dot,github,json,junit,html,blob';

/** Returns a project whose tests bring secrets into files, sessions, pages, requests and messages in every way. */
export function everythingProject(options = ''): Files {
  return {
    'playwright.config.ts': configFile(
      `{
  outputDir: 'results',
  workers: 1,
  use: { ...use, trace: 'on', screenshot: 'on' },
  reporter: [
    ['./own-reporter.ts', { file: 'before.txt' }],
    ['playwright-2fa/reporter'],
    ['list'], ['line'], ['dot'], ['github'],
    ['json', { outputFile: 'report.json' }],
    ['junit', { outputFile: 'report.xml' }],
    ['html', { open: 'never', outputFolder: 'html' }],
    ['blob', { outputDir: 'blob' }],
    ['./own-reporter.ts', { file: 'after.txt' }],
  ],
}`,
      `{ sinkUrl: 'http://127.0.0.1:9', personas: { ann: { password: '${PASSWORD}' } }, ${options} }`,
    ),
    'own-reporter.ts': OWN_REPORTER,
    'site.ts': SITE,
    'everything.spec.ts': TESTS,
    'elsewhere/expected.txt': `attached: ${PASSWORD}`,
    'elsewhere/pushed.txt': `pushed: ${PASSWORD}`,
  };
}

/** Environment in which reporters of the command line write to the same places. */
export const SAME_PLACES = {
  PLAYWRIGHT_JSON_OUTPUT_NAME: 'report.json',
  PLAYWRIGHT_JUNIT_OUTPUT_NAME: 'report.xml',
  PLAYWRIGHT_HTML_OUTPUT_DIR: 'html',
  PLAYWRIGHT_HTML_OPEN: 'never',
  PLAYWRIGHT_BLOB_OUTPUT_DIR: 'blob',
};

/** Returns the values that must not be found, each with the name of what brought it there. */
export function secretsOf(projectFolder: string): Map<string, string> {
  const lines = readFileSync(join(projectFolder, TRUTH), 'utf8').trim().split('\n');
  const noted = lines.map((line) => JSON.parse(line) as [string, string]);
  return new Map([[PASSWORD, 'password'], ...noted.map(([what, value]) => [value, what] as const)]);
}

/** A reporter that writes all that it gets when it gets it. */
const OWN_REPORTER = `
import { appendFileSync } from 'node:fs';
export default class {
  #write;
  constructor({ file }) { this.#write = (...all) => appendFileSync(file, all.map(String).join(' ') + '\\n'); }
  onStdOut(chunk) { this.#write('out', chunk); }
  onStdErr(chunk) { this.#write('err', chunk); }
  onStepBegin(test, result, { title, params }) { this.#write('begin', title, JSON.stringify(params)); }
  onStepEnd(test, result, { title, error }) { this.#write('end', title, JSON.stringify(error)); }
  onTestEnd(test, { errors, stdout, annotations }) { this.#write('test', JSON.stringify([errors, stdout, annotations])); }
}`;

/** A site whose answers have a session each, and that keeps a token in the page. */
const SITE = `
import { createServer } from 'node:http';
import { appendFileSync } from 'node:fs';
import { test as base } from 'playwright-2fa';

export const truth = (what, value) => appendFileSync('${TRUTH}', JSON.stringify([what, value]) + '\\n');

function answer(request, response, number) {
  const cookie = name => 'sid=cookie-of-' + name + '-' + number + '; HttpOnly';
  if (request.url === '/api/login') {
    response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': [cookie('login'), 'theme=dark'] });
    return response.end(JSON.stringify({ token: 'token-of-the-login-' + number }));
  }
  if (request.url === '/redirect') {
    response.writeHead(302, { location: '/', 'set-cookie': 'hop=cookie-of-redirect-' + number });
    return response.end();
  }
  if (request.url === '/file') {
    response.writeHead(200, { 'content-disposition': 'attachment; filename=a.txt', 'content-type': 'text/plain' });
    return response.end('downloaded ${PASSWORD.slice(0, 8)}${PASSWORD.slice(8)}');
  }
  response.writeHead(200, { 'content-type': 'text/html', 'set-cookie': 'js=cookie-of-page-' + number });
  response.end('<title>Site</title><h1>Site</h1><a href="/file">File</a>');
}

export const test = base.extend({
  site: [async ({}, use) => {
    let number = 1000;
    const server = createServer((request, response) => answer(request, response, ++number));
    await new Promise(done => server.listen(0, '127.0.0.1', () => done()));
    await use('http://127.0.0.1:' + server.address().port);
    server.closeAllConnections();
    server.close();
  }, { scope: 'worker' }],
});`;

const TESTS = `
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'playwright-2fa';
import { test, truth } from './site.ts';

test.use({ personaName: 'ann' });
// A report shows the lines of a test, so that no value is written in one piece.
const PASSWORD = 'Correct-' + 'Horse-' + 4711;

test('files', async ({ persona }, testInfo) => {
  writeFileSync(testInfo.outputPath(persona.name + '.txt'), PASSWORD);
  writeFileSync(join(testInfo.project.outputDir, 'beside.txt'), PASSWORD);
  await testInfo.attach('attached', { path: 'elsewhere/expected.txt' });
  testInfo.attachments.push({ name: 'pushed', path: join(process.cwd(), 'elsewhere/pushed.txt'), contentType: 'text/plain' });
});

test('messages', async ({}, testInfo) => {
  console.log('printed', PASSWORD);
  console.error('warned', Buffer.from(PASSWORD).toString('hex'));
  testInfo.annotations.push({ type: 'note', description: PASSWORD });
  await test.step('step ' + PASSWORD, async () => {});
  await testInfo.attach('body', { body: PASSWORD });
  expect.soft('x').toBe(PASSWORD);
  throw new Error('thrown ' + PASSWORD);
});

test('a session of a page', async ({ page, site }) => {
  await page.goto(site);
  const shown = (await page.evaluate(() => document.cookie)).slice(3);
  console.log('the session is', shown);
  truth('cookie of a page', shown);
  await test.step('with ' + shown, async () => {});
  await page.goto(site + '/redirect');
  truth('cookie of a redirect', (await page.evaluate(() => document.cookie)).split('hop=')[1].split(';')[0]);
  await page.context().clearCookies();
  const token = await page.evaluate(async () => (await (await fetch('/api/login', { method: 'POST' })).json()).token);
  console.log('the token is', token);
  truth('token of a login', token);
  await page.evaluate(() => { document.cookie = 'js=cookie-of-script-' + 4711; localStorage.setItem('auth_token', 'stored-by-the-page-' + 4711); });
  await page.context().clearCookies();
  console.log('the script set cookie-of-script-' + 4711);
  truth('cookie of a script', 'cookie-of-script-' + 4711);
  truth('stored token', 'stored-by-the-page-' + 4711);
});

test('what a page has stored, later', async () => { console.log('stored-by-the-page-' + 4711); });

test('sessions of requests', async ({ request, playwright, site, browser }) => {
  const login = (await request.post(site + '/api/login')).headers()['set-cookie'].slice(4).split(';')[0];
  console.log('the session is', login);
  truth('cookie of a request', login);
  const own = await playwright.request.newContext();
  await own.get(site + '/redirect');
  for (const { value } of (await own.storageState()).cookies) {
    console.log('the session is', value);
    truth('cookie of a context of requests', value);
  }
  await own.get(site, { headers: { Authorization: 'Bearer bearer-of-the-test-' + 4711 } });
  console.log('sent bearer-of-the-test-' + 4711);
  truth('bearer token', 'bearer-of-the-test-' + 4711);
  await own.dispose();
  const page = await browser.newPage();
  await page.context().addCookies([{ name: 'x', value: 'added-by-the-test-' + 4711, url: site }]);
  console.log('added added-by-the-test-' + 4711);
  truth('added cookie', 'added-by-the-test-' + 4711);
  await page.close();
});

test('recovery codes', async ({ page, persona }) => {
  const codes = [4, 5, 6, 7, 8].map((number) => 'k' + number * 1111 + '-' + number * 1201 + 'qz');
  for (const code of codes) truth('recovery code', code);
  await page.setContent('<h1>Save your recovery codes</h1><pre>' + codes.join('\\n') + '</pre>');
  await persona.challenge(page);
  console.log(await page.locator('pre').textContent());
  await expect(page.locator('pre')).toHaveText('none', { timeout: 200 });
});

test('recordings and downloads', async ({ browser, site }, testInfo) => {
  for (const name of ['a.har', 'a.zip']) {
    const context = await browser.newContext({ recordHar: { path: testInfo.outputPath(name) } });
    const page = await context.newPage();
    await page.goto(site);
    truth('cookie of a recording', (await page.evaluate(() => document.cookie)).slice(3));
    await page.evaluate(password => fetch('/in', { method: 'POST', body: JSON.stringify({ password }) }), PASSWORD);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByText('File').click()]);
    await download.saveAs(testInfo.outputPath(name + '.txt'));
    await context.close();
  }
});

test('a snapshot of a page', async ({ page }) => {
  await page.setContent('<label>Name <input></label><p>' + PASSWORD + '</p>');
  await page.getByLabel('Name').fill(PASSWORD);
  console.log(await page.locator('body').ariaSnapshot());
  await expect(page.locator('body')).toMatchAriaSnapshot('- paragraph: other', { timeout: 200 });
});`;
