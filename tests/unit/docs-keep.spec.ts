import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse, parseAllDocuments } from 'yaml';
import { OPTIONS, USAGE, readKeepOptions } from '../../src/cli/keep/options.ts';
import type { SessionEvent } from '../../src/keep/session-event.ts';
import { sessionEvent } from '../../src/keep/session-event.ts';
import { type CodeBlock, codeBlocks, readDocPages } from '../support/doc-pages.ts';
import { expect, test } from '../support/temp-folder.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const BLOCKS = readDocPages()
  .filter(({ name }) => /docs\/(?:recipes\/)?keep/.test(name))
  .flatMap(codeBlocks);

/** Returns the arguments of each call of `playwright-2fa keep` in a text, as a shell or an array of YAML has them. */
function keepCalls(text: string): string[][] {
  return [...text.matchAll(/playwright-2fa(?:,)? keep(?!-)([^\n\]]*)/g)].map(([, rest = '']) =>
    rest.split(/[\s,]+/).filter((word) => word !== ''),
  );
}

for (const { page, line, content } of BLOCKS.filter(
  (block) => block.language !== 'ts' && keepCalls(block.content).length > 0,
)) {
  test(`${page}:${line}: the options of keep exist, and their values are valid`, () => {
    for (const args of keepCalls(content)) {
      const values: Record<string, string | boolean> = {};
      const names: string[] = [];
      for (let index = 0; index < args.length; index++) {
        const word = args[index] ?? '';
        const option = Object.entries(OPTIONS).find(([name]) => word === `--${name}`);
        if (option) values[option[0]] = option[1].type === 'boolean' ? true : (args[++index] ?? '');
        else names.push(word);
      }
      expect(names.filter((name) => name.startsWith('-'))).toEqual([]);
      expect(() => readKeepOptions(values, names)).not.toThrow();
    }
  });
}

test('the usage and docs/cli.md name every option but the forbidden one', () => {
  const cli = readFileSync(join(ROOT, 'docs/cli.md'), 'utf8');
  for (const name of Object.keys(OPTIONS).filter((name) => name !== 'token')) {
    expect(USAGE).toContain(`--${name}`);
    expect(cli).toMatch(new RegExp(`^\\| \`--${name}[ \`]`, 'm'));
  }
});

test('systemd accepts the units of the recipe', async ({ folder }) => {
  const units = BLOCKS.filter(({ file }) => /\.(?:service|timer)$/.test(file ?? ''));
  expect(units.map(({ file }) => file)).toEqual(['playwright-2fa-keep.service', 'playwright-2fa-keep.timer']);
  // The program of the example need not be installed here.
  for (const { file = '', content } of units)
    writeFileSync(
      join(folder, file),
      content.replace('/srv/jobs/node_modules/.bin/playwright-2fa', process.execPath).replace('User=jobs\n', ''),
    );
  const paths = units.map(({ file = '' }) => join(folder, file));
  const { status, stderr, error } = spawnSync('systemd-analyze', ['verify', '--man=no', ...paths], {
    encoding: 'utf8',
  });
  test.skip(error !== undefined, 'systemd-analyze is not installed');
  // Without a running systemd, the units of the system may be incomplete: only complaints about ours count.
  expect(stderr.split('\n').filter((line) => line.includes('playwright-2fa-keep'))).toEqual([]);
  expect(status === 0 || stderr !== '').toBe(true);
});

test('systemd reads the calendar of the timer', () => {
  const timer = BLOCKS.find(({ file }) => file?.endsWith('.timer'))?.content ?? '';
  const [, calendar = ''] = /^OnCalendar=(.*)$/m.exec(timer) ?? [];
  const { status, error } = spawnSync('systemd-analyze', ['calendar', calendar], { encoding: 'utf8' });
  test.skip(error !== undefined, 'systemd-analyze is not installed');
  expect(status).toBe(0);
});

function yamlOf(page: string): unknown[] {
  return BLOCKS.filter((block: CodeBlock) => block.page === page && block.language === 'yaml').flatMap(({ content }) =>
    parseAllDocuments(content).map((document) => document.toJS() as unknown),
  );
}

test('the CronJob and the Deployment have what Kubernetes requires', () => {
  const container = { name: expect.any(String), image: expect.any(String), command: expect.arrayContaining(['keep']) };
  expect(yamlOf('docs/recipes/keep-kubernetes.md')).toMatchObject([
    {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      spec: {
        schedule: expect.stringMatching(/^(?:\S+ ){4}\S+$/),
        concurrencyPolicy: 'Forbid',
        jobTemplate: { spec: { template: { spec: { restartPolicy: 'Never', containers: [container] } } } },
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: {
        selector: { matchLabels: { app: 'keeper' } },
        template: { metadata: { labels: { app: 'keeper' } }, spec: { containers: [container] } },
      },
    },
  ]);
});

test('the services of Docker compose share one ledger', () => {
  const [{ services }] = yamlOf('docs/recipes/keep-docker-compose.md') as [
    { services: Record<string, { environment?: Record<string, string>; depends_on?: string[] }> },
  ];
  expect(services['keeper']?.environment?.['PLAYWRIGHT_2FA_LEDGER']).toBe(
    services['job']?.environment?.['PLAYWRIGHT_2FA_LEDGER'],
  );
  const needed = Object.values(services).flatMap((service) => service.depends_on ?? []);
  expect(needed.filter((name) => !(name in services))).toEqual([]);
});

test('the workflows of GitHub Actions share one ledger, and all shards run', () => {
  const [keep, e2e] = yamlOf('docs/recipes/keep-github-actions.md') as Record<
    string,
    Record<string, { env: object; strategy?: { matrix: { shard: number[] } }; steps: { run?: string }[] }>
  >[];
  expect(keep?.['jobs']?.['keep']?.env).toEqual(e2e?.['jobs']?.['e2e']?.env);
  const { length } = e2e?.['jobs']?.['e2e']?.strategy?.matrix.shard ?? [];
  expect(e2e?.['jobs']?.['e2e']?.steps.at(-1)?.run).toContain(`/${length}`);
});

test('the event of docs/keep.md has the form of an event', () => {
  const block = BLOCKS.find(({ page, language }) => page === 'docs/keep.md' && language === 'json');
  const shown = parse(block?.content ?? '') as Omit<SessionEvent, 'id'>;
  const { id: _id, ...event } = sessionEvent('session.lost', Date.parse(shown.timestamp), {
    ...{ profile: 'frank', cause: 'refused', code: 'SIGN_IN_REFUSED' },
    signedInAt: Date.parse(shown.data.signedInAt ?? ''),
    expiresAt: Date.parse(shown.data.expiresAt ?? ''),
  });
  expect(shown).toEqual(event);
});
