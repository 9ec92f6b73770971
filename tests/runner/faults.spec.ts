import { configFile, expect, test } from '../support/run-playwright.ts';

const SPEC = `
import { test, expect } from 'playwright-2fa';

const faults = async () => (await (await fetch(process.env.PLAYWRIGHT_2FA_SINK_URL + '/api/faults')).json()).faults;

test('a: fails with faults', async ({ inbox, sms, sinkFaults }) => {
  await sinkFaults.set(inbox, { fault: 'drop' });
  await sinkFaults.set(sms, { fault: 'http-error', status: 429 });
  expect(await faults()).toHaveLength(2);
  throw new Error('on purpose');
});

test('b: the next test has none', async () => {
  expect(await faults()).toEqual([]);
});

test('c: its worker is killed', async ({ inbox, sinkFaults }) => {
  await sinkFaults.set(inbox, { fault: 'drop' });
  expect(await faults()).toHaveLength(1);
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => {});
});

test('d: the next worker has none', async () => {
  await expect.poll(faults).toEqual([]);
});
`;

test('the faults of a test are gone after it, also if it fails or its worker is killed', async ({ runPlaywright }) => {
  const { output } = await runPlaywright(
    { 'playwright.config.ts': configFile('{ workers: 1, use }', '{ smtpPort: 0, httpPort: 0 }'), 'a.spec.ts': SPEC },
    {},
  );
  expect(output).toContain('on purpose');
  expect(output).toMatch(/✓.*b: the next test has none/);
  expect(output).toMatch(/✓.*d: the next worker has none/);
  expect(output).toMatch(/✘.*c: its worker is killed/);
});
