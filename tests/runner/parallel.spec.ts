import { configFile, expect, test } from '../support/run-playwright.ts';

const SITE = process.env['BETTER_AUTH_URL'] ?? '';

test('a hundred tests on four workers ask for a code at once, and each gets its own', async ({ runPlaywright }) => {
  const result = await runPlaywright({
    'playwright.config.ts': configFile(
      `{ fullyParallel: true, workers: 4, use: { ...use, baseURL: '${SITE}', extraHTTPHeaders: { origin: '${SITE}' } } }`,
      `{ sinkUrl: '${process.env['PLAYWRIGHT_2FA_SINK_URL'] ?? ''}' }`,
    ),
    // The site accepts a code only for the address that received it.
    'a.spec.ts': `
import { expect, test } from 'playwright-2fa';
for (let number = 1; number <= 100; number++) {
  test('test ' + number, async ({ request, inbox }) => {
    const email = inbox.address;
    const asked = await request.post('/api/auth/email-otp/send-verification-otp', { data: { email, type: 'sign-in' } });
    expect(asked.ok()).toBe(true);
    const otp = await inbox.waitForCode();
    const answer = await request.post('/api/auth/sign-in/email-otp', { data: { email, otp } });
    expect(await answer.json()).toMatchObject({ user: { email } });
    const messages = await inbox.messages();
    expect(messages.map(({ to }) => to)).toEqual([[email]]);
  });
}`,
  });
  expect(result.output).toContain('100 passed');
  expect(result.output).toContain('using 4 workers');
});
