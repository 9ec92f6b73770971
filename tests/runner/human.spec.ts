import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { searchPlainly } from '../support/plain-search.ts';
import { configFile, expect, test } from '../support/run-playwright.ts';
import { WEBHOOK_SECRET, receiveWebhooks } from '../support/webhook-receiver.ts';

const CODE = '48291357';
const PRINTED = 'Answer at http';

const CONFIG = `{
  outputDir: 'results',
  reporter: [['list'], ['html', { open: 'never', outputFolder: 'html' }], ['json', { outputFile: 'report.json' }]],
  use: { ...use, trace: 'on', screenshot: 'on', personaName: 'alice' },
}`;

const PERSONA = `sinkUrl: '${process.env['PLAYWRIGHT_2FA_SINK_URL'] ?? ''}',
  personas: { alice: { email: 'alice@acme.test', password: 'Correct-Horse-4711', url: 'https://acme.example' } },`;

const SPEC = `
import { expect, test } from 'playwright-2fa';

const LOGIN = '<h1>Sign in</h1><form method="post" action="/login"><label>Email <input name="email" type="email" autocomplete="username"></label><label>Password <input name="password" type="password"></label><button>Sign in</button></form>';
const TEXTED = '<h1>Check your phone</h1><p>Enter the 8-digit code we sent by text message to 42.</p><form method="post" action="/code"><label>Code <input name="code" autocomplete="one-time-code"></label><button>Verify</button></form>';
const HOME = '<h1>Orders</h1><a href="/logout">Sign out</a>';

test('signs in with what somebody else was sent', async ({ page, persona }) => {
  await page.route('https://acme.example/**', async (route) => {
    const sent = new URLSearchParams(route.request().postData() ?? '');
    const body = sent.get('code') ? HOME : sent.has('password') ? TEXTED : LOGIN;
    await route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Acme</title>' + body });
  });
  await persona.signIn(page, 'https://acme.example/login');
  await expect(page.getByText('Sign out')).toBeVisible();
});
`;

test('no artifact contains the answer of a person or the URL of the answer page', async ({ runPlaywright }) => {
  const receiver = await receiveWebhooks((_, response) => void response.end(JSON.stringify({ code: CODE })));
  try {
    const human = `human: { webhook: '${receiver.url}', secret: '${WEBHOOK_SECRET}' },`;
    const result = await runPlaywright(
      { 'playwright.config.ts': configFile(CONFIG, `{ ${PERSONA} ${human} }`), 'human.spec.ts': SPEC },
      { ownReporters: true, env: { DEBUG: 'pw:api' } },
    );
    expect(result.output).toContain('1 passed');
    expect(receiver.calls).toHaveLength(1);
    writeFileSync(join(result.projectFolder, 'output.txt'), result.output);
    const artifacts = ['results', 'html', 'report.json', 'output.txt'].map((name) => join(result.projectFolder, name));
    expect(artifacts.every((path) => existsSync(path))).toBe(true);
    const token = receiver.calls[0]!.data.answerUrl.split('/').at(-1) ?? '';
    expect(token.length).toBeGreaterThan(40);
    const secrets = [CODE, token, WEBHOOK_SECRET, 'T0K3N-of-the-hook-4711', 'Correct-Horse-4711'];
    const matches = await searchPlainly(artifacts, secrets);
    expect(matches.map(({ location, decoding }) => `${location} (${decoding})`)).toEqual([]);
    // Without redaction, it does: the browser sends the answer to the site, which a trace records.
    const bare = await runPlaywright(
      { 'playwright.config.ts': configFile(CONFIG, `{ ${PERSONA} ${human} redact: false }`), 'human.spec.ts': SPEC },
      { ownReporters: true },
    );
    expect(bare.output).toContain('1 passed');
    expect((await searchPlainly([join(bare.projectFolder, 'results')], [CODE])).length).toBeGreaterThan(0);
  } finally {
    await receiver.close();
  }
});

test('without a webhook, the terminal shows the answer URL while the test waits', async ({ runPlaywright }) => {
  const { output } = await runPlaywright({
    'playwright.config.ts': configFile(CONFIG, `{ ${PERSONA} human: { timeout: 2000 } }`),
    'human.spec.ts': SPEC,
  });
  expect(output).toContain('1 failed');
  expect(output).toContain('playwright-2fa: alice needs a person within 2 s: 8-digit code by SMS');
  expect(output).toContain(PRINTED);
  expect(output).toContain('Nobody answered within 2 s');
});
