import { readFileSync } from 'node:fs';
import { expect, test } from '../support/run-playwright.ts';

const PAGE = readFileSync(new URL('../../docs/custom-source.md', import.meta.url), 'utf8');

test('the source of the page passes the suite, as both are written', async ({ runPlaywright }) => {
  const blocks = [...PAGE.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms)];
  const files = Object.fromEntries(blocks.map(([, name = '', content = '']) => [name, content]));
  expect(Object.keys(files)).toEqual(['outbox.ts', 'outbox.spec.ts']);
  const result = await runPlaywright(files);
  expect(result.output).toContain('a wait ends with the code of the message that comes');
  expect(result.output).toContain('fault: unavailable twice, then fine');
  expect(result).toMatchObject({ failed: 0, exitCode: 0 });
  expect(result.passed).toBeGreaterThan(15);
});

test('one that gives old messages, too, does not', async ({ runPlaywright }) => {
  const blocks = [...PAGE.matchAll(/^```ts\n\/\/ (\S+)\n(.*?)^```$/gms)];
  const files = Object.fromEntries(blocks.map(([, name = '', content = '']) => [name, content]));
  const source = files['outbox.ts'] ?? '';
  const spoiled = source.replace('sent(folded, mark, signal)', 'sent(folded, 0, signal)');
  expect(spoiled).not.toBe(source);
  const { output, failed } = await runPlaywright(
    { ...files, 'outbox.ts': spoiled },
    { args: ['-g', 'was there before'] },
  );
  expect(failed, output).toBe(1);
});
