import { expect, test } from '@playwright/test';
import { parse as parseDotenv } from 'dotenv';
import { parseAllDocuments } from 'yaml';
import { codeBlocks, readDocPages } from '../support/doc-pages.ts';

const LANGUAGES = new Set(['ts', 'sh', 'json', 'yaml', 'dotenv', 'gherkin', 'text', 'python', 'js']);
const BLOCKS = readDocPages().flatMap(codeBlocks);

function blocksIn(language: string): typeof BLOCKS {
  return BLOCKS.filter((block) => block.language === language);
}

const placeOf = ({ page, line }: (typeof BLOCKS)[0]): string => `${page}:${line}`;

test('every code block of the docs is in a language that a test reads', () => {
  expect(BLOCKS.filter(({ language }) => !LANGUAGES.has(language)).map(placeOf)).toEqual([]);
});

test('every TypeScript block names its file, so that it runs or type-checks', () => {
  expect(
    blocksIn('ts')
      .filter(({ file }) => file === undefined)
      .map(placeOf),
  ).toEqual([]);
});

test('no page has two different blocks for one file', () => {
  const named = BLOCKS.filter(({ file }) => file !== undefined && file !== '.env');
  const names = named.map(({ page, file }) => `${page} ${file}`);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

test('every YAML block parses', () => {
  const broken = blocksIn('yaml').filter(({ content }) =>
    parseAllDocuments(content).some(({ errors }) => errors.length > 0),
  );
  expect(broken.map(placeOf)).toEqual([]);
});

test('every JSON block parses', () => {
  for (const block of blocksIn('json')) expect(() => JSON.parse(block.content), placeOf(block)).not.toThrow();
});

test('every line of a dotenv block is a variable or a comment', () => {
  for (const block of blocksIn('dotenv')) {
    const lines = block.content.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(Object.keys(parseDotenv(block.content)), placeOf(block)).toHaveLength(lines.length);
  }
});
