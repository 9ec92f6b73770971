import { type RunResult, configFile, expect, test } from '../support/run-playwright.ts';

const SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const NO_REPORTER = /playwright-2fa: the reporter does not run/g;
const SHARD = /shard 1 of 2 does not coordinate/g;

/** A project with six tests in three workers. */
function project(body: string, options: string, use = '', setting = ''): Record<string, string> {
  return {
    'playwright.config.ts': configFile(
      `{ fullyParallel: true, workers: 3, ${setting} use: { ...use, ${use} } }`,
      `{ sinkUrl: 'http://127.0.0.1:1', ${options} }`,
    ),
    'a.spec.ts': `
import { expect, test } from 'playwright-2fa';
for (let number = 0; number < 6; number++)
  test('test ' + number, ${body});`,
  };
}

function count(text: RegExp, { output }: RunResult): number {
  return output.match(text)?.length ?? 0;
}

const REPORTERS = { with: [], without: ['--reporter=line'] };
const NEW_PERSONA = 'async ({ persona }) => { expect(persona.name).toBeTruthy(); }';

test('without the reporter, a run with secrets says so once', async ({ runPlaywright }) => {
  const files = project(NEW_PERSONA, '');
  const result = await runPlaywright(files, { args: ['--reporter=line'], ownReporters: true });
  expect(result.output).toContain('6 passed');
  expect(count(NO_REPORTER, result)).toBe(1);
  const own = await runPlaywright(files, { ownReporters: true, folder: 'own' });
  expect(own.output).toContain('6 passed');
  expect(count(NO_REPORTER, own)).toBe(0);
});

test('without the reporter, a run without secrets says nothing', async ({ runPlaywright }) => {
  const files = project('async () => {}', '');
  const result = await runPlaywright(files, { args: ['--reporter=line'], ownReporters: true });
  expect(result.output).toContain('6 passed');
  expect(result.output).not.toContain('playwright-2fa:');
});

test('the workers do not repeat that the reporter is not the first', async ({ runPlaywright }) => {
  const files = project(NEW_PERSONA, '');
  const notFirst = files['playwright.config.ts']!.replace(
    /export default ([^]*);/,
    `export default { ...$1, reporter: [['line'], ['playwright-2fa/reporter']] };`,
  );
  const result = await runPlaywright({ ...files, 'playwright.config.ts': notFirst }, { ownReporters: true });
  expect(result.output).toContain('6 passed');
  expect(count(/its reporter is not the first/g, result)).toBe(1);
  expect(count(NO_REPORTER, result)).toBe(0);
});

test('a shard that would share an authenticator is warned once, with and without the reporter', async ({
  runPlaywright,
}) => {
  const files = project(NEW_PERSONA, `personas: { alice: { totp: '${SEED}' } }`);
  for (const [folder, reporter] of Object.entries(REPORTERS)) {
    const result = await runPlaywright(files, { args: ['--shard=1/2', ...reporter], ownReporters: true, folder });
    expect(result.output).toContain('3 passed');
    expect(count(SHARD, result), result.output).toBe(1);
    expect(result.output).toContain('they would share: the authenticator of persona "alice". ');
  }
});

test('a shard that has only new personas is not warned, with and without the reporter', async ({ runPlaywright }) => {
  for (const [folder, reporter] of Object.entries(REPORTERS)) {
    const options = { args: ['--shard=1/2', ...reporter], ownReporters: true, folder };
    const result = await runPlaywright(project(NEW_PERSONA, ''), options);
    expect(result.output).toContain('3 passed');
    expect(result.output).not.toContain('does not coordinate');
  }
});

test('the warning about shards does not depend on redaction', async ({ runPlaywright }) => {
  const files = project(NEW_PERSONA, `redact: false, personas: { alice: { totp: '${SEED}' } }`);
  const result = await runPlaywright(files, { args: ['--shard=1/2'], ownReporters: true });
  expect(count(SHARD, result), result.output).toBe(1);
  expect(count(NO_REPORTER, result)).toBe(0);
});
