import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, expect, run, test } from '../support/run-playwright.ts';

/** Writes which interface received which message, for the test outside. */
const VIA = `
import { writeFileSync } from 'node:fs';
export default async () => {
  const response = await fetch(process.env.PLAYWRIGHT_2FA_SINK_URL + '/api/messages?limit=1000');
  const { messages } = await response.json();
  writeFileSync(new URL('via.json', import.meta.url), JSON.stringify(messages.map(({ via }) => via)));
};
`;

test("the demo passes with mail by Resend's client and SMS by Twilio Verify", async ({ userFolder }) => {
  const folder = mkdtempSync(join(userFolder, 'vendors-'));
  mkdirSync(folder, { recursive: true });
  const specs = readdirSync(join(ROOT, 'examples')).filter((name) => name.endsWith('.spec.ts'));
  for (const name of specs) cpSync(join(ROOT, 'examples', name), join(folder, name));
  const config = readFileSync(join(ROOT, 'examples/playwright.config.ts'), 'utf8')
    .replace('../tests/apps', join(ROOT, 'tests/apps'))
    .replace(/ {4}outputDir: .*\n/, "    globalTeardown: './via.ts',\n")
    .replace(/ {4}reporter: \[.*?\n {4}\],\n/s, '');
  writeFileSync(join(folder, 'playwright.config.ts'), config);
  writeFileSync(join(folder, 'via.ts'), VIA);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  const result = await run(folder, userFolder, { env: { MESSAGES: 'vendors' } });
  expect(result.exitCode, result.output).toBe(0);
  expect(result.passed, result.output).toBeGreaterThanOrEqual(specs.length);
  const via = JSON.parse(readFileSync(join(folder, 'via.json'), 'utf8')) as string[];
  expect(new Set(via)).toEqual(new Set(['resend', 'twilio-verify']));
});
