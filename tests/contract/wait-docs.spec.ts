import { spawn, spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSink } from '../../src/sink/sink.ts';
import { codeBlocks, readDocPages } from '../support/doc-pages.ts';
import { expect, test as base } from '../support/temp-folder.ts';

const BLOCKS = readDocPages().flatMap(codeBlocks);

const test = base.extend<{ url: string }>({
  url: async ({}, use) => {
    const sink = await startSink({ smtpPort: 0, httpPort: 0 });
    await use(sink.url);
    await sink.close();
  },
});

function example(file: string): string {
  const block = BLOCKS.find((one) => one.page === 'docs/wait.md' && one.file === file);
  if (!block) throw new Error(`docs/wait.md has no ${file}`);
  return block.content;
}

interface Run {
  readonly exitCode: number | null;
  readonly output: string;
}

async function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> {
  const child = spawn(command, args, { env: { ...process.env, ...env } });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(String(chunk)));
  const exitCode = await new Promise<number | null>((done) => child.on('close', done));
  return { exitCode, output: output.join('') };
}

test('the example for curl prints the code', async ({ url, folder }) => {
  test.skip(spawnSync('curl', ['--version']).status !== 0, 'curl is not installed.');
  const script = join(folder, 'wait.sh');
  await writeFile(script, example('wait.sh').replace('http://127.0.0.1:8025', url));
  const { exitCode, output } = await run('sh', ['-e', script]);
  expect(exitCode, output).toBe(0);
  expect(JSON.parse(output)).toMatchObject({ code: '482913' });
});

test('the example for pytest passes, in several processes at a time', async ({ url, folder }) => {
  const hasPytest = spawnSync('python3', ['-c', 'import pytest']).status === 0;
  test.skip(!hasPytest, 'pytest is not installed (Debian: python3-pytest).');
  const file = join(folder, 'test_sign_in.py');
  await writeFile(file, example('test_sign_in.py'));
  const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', file];
  const runs = await Promise.all([1, 2, 3].map(() => run('python3', args, { SINK_URL: url })));
  for (const { exitCode, output } of runs) {
    expect(exitCode, output).toBe(0);
    expect(output).toContain('1 passed');
  }
});

test('each JavaScript example of the docs parses', async ({ folder }) => {
  const examples = BLOCKS.filter(({ language }) => language === 'js');
  expect(examples.length).toBeGreaterThan(1);
  for (const [index, { content, page, line }] of examples.entries()) {
    const file = join(folder, `example-${index}.mjs`);
    await writeFile(file, content);
    const { exitCode, output } = await run(process.execPath, ['--check', file]);
    expect(exitCode, `${page}:${line} ${output}`).toBe(0);
  }
});

test('each Python example of the docs parses', async () => {
  test.skip(spawnSync('python3', ['--version']).status !== 0, 'Python is not installed.');
  const examples = BLOCKS.filter(({ language }) => language === 'python');
  expect(examples.length).toBeGreaterThan(0);
  for (const { content, page, line } of examples) {
    const { exitCode, output } = await run('python3', ['-c', 'import ast, sys; ast.parse(sys.argv[1])', content]);
    expect(exitCode, `${page}:${line} ${output}`).toBe(0);
  }
});
