import { mergeTests } from '@playwright/test';
import { test as agentTest } from '../support/agent-client.ts';
import { expect } from '../support/cli-test.ts';
import { configFile, test as runnerTest } from '../support/run-playwright.ts';
import { AGENTS } from '../support/stored-personas.ts';

const test = mergeTests(agentTest, runnerTest);

const SITE = process.env['BETTER_AUTH_URL'] ?? 'http://localhost';
const SINK_URL = process.env['PLAYWRIGHT_2FA_SINK_URL'] ?? '';

/** The code that results give for a test: that of Playwright's tools, and that of ours. */
const CODE = /```(?:js|ts)\n([\s\S]*?)```/g;

test('what an agent has recorded is a test without secrets, which passes', async ({ startAgent, runPlaywright }) => {
  const persona = { ...AGENTS['agent-8']!, origins: [new URL(SITE).origin] };
  const settings = { sinkUrl: SINK_URL, personas: { 'agent-8': persona } };
  const agent = await startAgent({ settings });
  const code: string[] = [];
  const act = async (name: string, args: Record<string, unknown> = {}): Promise<string> => {
    const text = await agent.text(name, args);
    code.push(...[...text.matchAll(CODE)].map(([, lines = '']) => lines.trim()));
    return await agent.text('browser_snapshot');
  };
  const refIn = (snapshot: string, element: string): string =>
    new RegExp(`${element}"[^\\n]*?\\[ref=(\\w+)\\]`).exec(snapshot)?.[1] ?? `no ${element}`;

  const form = await act('browser_navigate', { url: `${SITE}/login` });
  await act('fill_secret', { ref: refIn(form, 'textbox "Email'), member: 'username' });
  await act('fill_secret', { ref: refIn(form, 'textbox "Password'), member: 'password' });
  await act('browser_click', { target: refIn(form, 'button "Sign in') });
  const step = await act('browser_wait_for', { text: 'Authentication code' });
  await act('fill_code', { ref: refIn(step, 'textbox "Authentication code'), channel: 'totp' });
  await act('browser_click', { target: refIn(step, 'button "Verify') });
  expect(await act('browser_wait_for', { text: 'Signed in as' })).toContain('Sign out');

  const spec = `import { test, expect } from 'playwright-2fa';
test.use({ personaName: 'agent-8' });
test('recorded', async ({ page, persona, totp }) => {
${code.join('\n')}
await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible();
});`;
  expect(spec).not.toContain(persona.password);
  expect(spec).not.toMatch(/\d{6}/);
  const { passed, output } = await runPlaywright({
    'playwright.config.ts': configFile('{ use }', JSON.stringify(settings)),
    'tests/recorded.spec.ts': spec,
  });
  expect(passed, output).toBe(1);
});
