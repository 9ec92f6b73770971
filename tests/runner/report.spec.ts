import { configFile, expect, test } from '../support/run-playwright.ts';

test('waits and fills are steps of the report, at the line of the test, without secrets', async ({ runPlaywright }) => {
  const { output } = await runPlaywright(
    {
      'playwright.config.ts': configFile('{ use }'),
      'a.spec.ts': `
import { test } from 'playwright-2fa';
test('reads', async ({ page, sms, persona }) => {
  await page.setContent('<label>Code <input></label>');
  await fetch(process.env.PLAYWRIGHT_2FA_SINK_URL + '/sms', { method: 'POST', body: JSON.stringify({ to: sms.number, body: 'Your code is 482913' }) });
  await sms.fillCode(page.getByLabel('Code'));
  await persona.fillPassword(page.getByLabel('Code'));
});
test('empty', ({}) => {});`,
      'reporter.ts': `
export default class {
  onStepEnd(test, result, step) {
    if (test.title === 'empty') console.log('EMPTY ' + step.title);
    if (step.category === 'hook' || step.category === 'fixture') return;
    console.log('STEP ' + step.title + ' @' + (step.location?.file.split('/').at(-1) ?? '') + ':' + step.location?.line);
    console.log('PARAMS ' + JSON.stringify(step.params ?? null) + ' ' + (step.subtitle ?? ''));
  }
}`,
    },
    { args: ['--reporter=list,./reporter.ts'] },
  );
  expect(output).toContain('2 passed');
  expect(output).toMatch(/STEP Wait for code to \+1\d+ @a\.spec\.ts:6\n/);
  expect(output).toContain('STEP Fill code @a.spec.ts:6\n');
  expect(output).toMatch(/STEP Fill password of reads\.\S+ @a\.spec\.ts:7\n/);
  expect(output).not.toContain('482913');
  // Each step is two messages to the runner, so a test that uses no fixture has none of ours.
  expect(output.match(/(?<=^EMPTY ).*$/gm)).toEqual(['Before Hooks', 'After Hooks']);
});
