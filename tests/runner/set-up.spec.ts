import { type RunResult, configFile, expect, test } from '../support/run-playwright.ts';

const CONFIG = configFile('{ use }');

/** Source text of a test body that sends itself an SMS through the sink of the configuration, and reads the code. */
const BODY = `
  const sink = process.env.PLAYWRIGHT_2FA_SINK_URL;
  await fetch(sink + '/sms', { method: 'POST', body: JSON.stringify({ to: sms.number, body: 'Your code is 482913' }) });
  expect(await sms.waitForCode()).toBe('482913');
`;

/** The list reporter's line for a passed test of a file. */
function passedIn(file: string): RegExp {
  return new RegExp(`^ *(?:✓|ok) .*${file.replaceAll('.', '\\.')}:`, 'm');
}

for (const type of ['module', 'commonjs']) {
  test.describe(`a ${type} project`, () => {
    // All tests share one run, in which each has its own file.
    test.describe.configure({ mode: 'default' });
    let result: RunResult;

    test.beforeAll(async ({ runPlaywright }) => {
      const merged = (order: string): string => `
import { expect, mergeTests, test as base } from '@playwright/test';
import { test as twoFactor } from 'playwright-2fa';
const own = base.extend<{ greeting: string }>({ greeting: 'hello' });
const test = mergeTests(${order});
test('has both', async ({ greeting, sms }) => {
  expect(greeting).toBe('hello');
  ${BODY}
});`;
      result = await runPlaywright({
        'package.json': JSON.stringify({ type }),
        'playwright.config.ts': CONFIG,
        'fixtures.spec.ts': `
import { expect, test } from 'playwright-2fa';
test('reads a code', async ({ page, persona, sms, inbox, totp }) => {
  expect(persona.email).toBe(inbox.address);
  await page.setContent('<label>Code <input></label>');
  ${BODY}
});`,
        'own-first.spec.ts': merged('own, twoFactor'),
        'own-last.spec.ts': merged('twoFactor, own'),
        'create-test.spec.ts': `
import { expect, test as base } from '@playwright/test';
import { createTest } from 'playwright-2fa';
const own = base.extend<{ greeting: string }, { shared: number }>({ greeting: 'hello', shared: [7, { scope: 'worker' }] });
const test = createTest(own);
test('has both', async ({ greeting, shared, sms }) => {
  expect(greeting + shared).toBe('hello7');
  ${BODY}
});`,
      });
    });

    test('gets the fixtures and a sink from withTwoFactor', () => {
      expect(result.output).toMatch(passedIn('fixtures.spec.ts'));
      expect(result.output).toContain('4 passed');
      expect(result.exitCode).toBe(0);
    });

    test('merges the fixtures with its own test, in either order', () => {
      expect(result.output).toMatch(passedIn('own-first.spec.ts'));
      expect(result.output).toMatch(passedIn('own-last.spec.ts'));
    });

    test('puts the fixtures on its own test with createTest', () => {
      expect(result.output).toMatch(passedIn('create-test.spec.ts'));
    });
  });
}

test('applying withTwoFactor twice changes nothing', async ({ runPlaywright }) => {
  const result = await runPlaywright({
    'playwright.config.ts': `
import { defineConfig } from '@playwright/test';
import { withTwoFactor } from 'playwright-2fa';
const once = withTwoFactor(defineConfig({}), { smtpPort: 0, httpPort: 0, timeout: 4321 });
const twice = withTwoFactor(once);
if (JSON.stringify(once) !== JSON.stringify(twice)) throw new Error(JSON.stringify([once, twice]));
export default twice;`,
    'a.spec.ts': `
import { expect, test } from 'playwright-2fa';
test('reads a code', async ({ sms }) => {${BODY}});`,
  });
  expect(result.output).toContain('1 passed');
});
