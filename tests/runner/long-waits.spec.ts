import { readFileSync } from 'node:fs';
import { configFile, expect, test } from '../support/run-playwright.ts';

interface Annotation {
  readonly type: string;
  readonly description?: string;
}

/** Annotations of the long waits of each test, by its title. */
function longWaitsIn(report: string): Record<string, (string | undefined)[]> {
  const found: Record<string, (string | undefined)[]> = {};
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { title, tests } = node as { title?: string; tests?: { results: { annotations: Annotation[] }[] }[] };
    if (title !== undefined && tests)
      found[title] = (tests[0]?.results[0]?.annotations ?? [])
        .filter(({ type }) => type === 'long wait')
        .map(({ description }) => description);
    for (const child of Object.values(node)) visit(child);
  };
  visit(JSON.parse(report));
  return found;
}

const IMPORTS = `import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
`;

/** Start of a spec whose workers note in a file that one of them has waited for long, even before its test began. */
const WATCHED = `${IMPORTS}
import { expect, test } from 'playwright-2fa';
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (text, ...rest) => {
  if (String(text).includes('is still waiting after')) writeFileSync('waited', '');
  return write(text, ...rest);
};
const othersWaited = () => expect.poll(() => existsSync('waited'), { timeout: 30_000 }).toBe(true);
`;

test('a long wait is a line while the test waits, and an annotation with its duration', async ({ runPlaywright }) => {
  const { output, passed, failed, projectFolder } = await runPlaywright(
    {
      'playwright.config.ts': configFile(
        `{ use, workers: 2, fullyParallel: true, reporter: [['list'], ['json', { outputFile: 'report.json' }]] }`,
        `{ smtpPort: 0, httpPort: 0, personas: { bob: { email: 'bob@acme.test', password: 'Correct-Horse-4711', exclusive: true } } }`,
      ),
      'a.spec.ts': `${WATCHED}
test.describe('with bob', () => {
  test.use({ personaName: 'bob' });
  for (const title of ['one', 'two'])
    test(title, async ({ persona }) => {
      await othersWaited();
    });
});
const send = (to: string) => fetch(process.env.PLAYWRIGHT_2FA_SINK_URL + '/sms', { method: 'POST', body: JSON.stringify({ to, from: 'ACME', body: 'Your code is 482913' }) });
test('short', async ({ sms }) => {
  await send(sms.number);
  await sms.waitForCode();
});
test('late', async ({ sms }, testInfo) => {
  const code = sms.waitForCode();
  await expect.poll(() => testInfo.annotations, { timeout: 30_000 }).toHaveLength(1);
  await send(sms.number);
  await code;
});
test('never', async ({ inbox }) => {
  await inbox.waitForCode({ timeout: 3500 });
});`,
    },
    { ownReporters: true },
  );
  expect([passed, failed]).toEqual([4, 1]);
  const waits = longWaitsIn(readFileSync(`${projectFolder}/report.json`, 'utf8'));
  expect(waits['short']).toEqual([]);
  expect(waits['late']).toEqual([expect.stringMatching(/^a code to \+\d+: \d+\.\d s$/)]);
  expect(waits['never']).toEqual([expect.stringMatching(/^a code to never\S+: \d+\.\d s$/)]);
  const ofBob = [...(waits['one'] ?? []), ...(waits['two'] ?? [])].join('\n');
  expect(ofBob).toMatch(/^persona "bob", which other tests or jobs use: \d+\.\d s$/m);
  expect(output).toMatch(/playwright-2fa: "late" in worker \d is still waiting after 3 s: a code to \+\d+\n/);
  expect(output.match(/"late" in worker \d is still waiting/g)).toHaveLength(1);
  expect(output).not.toContain('482913');
  expect(output).not.toContain('Correct-Horse');
});

test('of two workers that need one profile, the second says whose sign-in it waits for', async ({ runPlaywright }) => {
  const { output, passed, projectFolder } = await runPlaywright(
    {
      'playwright.config.ts':
        IMPORTS +
        configFile(
          `{ use, workers: 2, fullyParallel: true, reporter: [['list'], ['json', { outputFile: 'report.json' }]] }`,
          `{ smtpPort: 0, httpPort: 0, personas: { bob: { email: 'bob@acme.test' } }, profiles: { bob: {
          signIn: async ({ context }) => {
            for (let polls = 0; polls < 600 && !existsSync('waited'); polls++) await setTimeout(50);
            await context.addCookies([{ name: 'sid', value: '4711-0815-9999', domain: 'acme.test', path: '/' }]);
          },
          probe: async () => true,
        } } }`,
        ),
      'a.spec.ts': `${WATCHED}
test.use({ profileName: 'bob' });
for (const title of ['one', 'two']) test(title, async ({ page }) => {});`,
    },
    { ownReporters: true },
  );
  expect(passed).toBe(2);
  const waits = longWaitsIn(readFileSync(`${projectFolder}/report.json`, 'utf8'));
  expect([...(waits['one'] ?? []), ...(waits['two'] ?? [])]).toEqual([
    expect.stringMatching(
      /^the sign-in of "(?:one|two)" in worker \d for profile "bob" \(process \d+ on .*\): \d+\.\d s$/,
    ),
  ]);
  expect(output).toMatch(/is still waiting after 3 s: the sign-in of "(?:one|two)" in worker \d for profile "bob"/);
});

test('a profile without a probe fails its own tests only', async ({ runPlaywright }) => {
  const { output, passed, failed } = await runPlaywright({
    'playwright.config.ts': configFile(
      '{ use }',
      `{ smtpPort: 0, httpPort: 0, personas: { bob: { email: 'bob@acme.test' } }, profiles: { bob: { signIn: async () => {} } as never } }`,
    ),
    'a.spec.ts': `
import { test } from 'playwright-2fa';
test('without a profile', async ({ inbox }) => void inbox.address);
test.describe('with it', () => {
  test.use({ profileName: 'bob' });
  test('fails', async ({ page }) => {});
});`,
  });
  expect([passed, failed]).toEqual([1, 1]);
  expect(output).toContain('profile "bob" needs a `probe`');
});
