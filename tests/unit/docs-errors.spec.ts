import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('docs/errors.md has an entry for every error code, and for no other', () => {
  const [type = ''] = /export type ErrorCode =[^;]*;/.exec(read('src/core/errors.ts')) ?? [];
  const codes = [...type.matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code);
  const entries = [...read('docs/errors.md').matchAll(/^### `?([A-Z_]+)`?$/gm)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(0);
  expect(codes.filter((code) => !entries.includes(code))).toEqual([]);
  expect(entries).toHaveLength(codes.length);
});

test('every entry of docs/errors.md says when the error is thrown, and what to do', () => {
  const [, ...entries] = read('docs/errors.md').split(/^### /m);
  const incomplete = entries.filter((entry) => !entry.includes('**When:**') || !entry.includes('**Fix:**'));
  expect(incomplete.map((entry) => entry.split('\n', 1)[0])).toEqual([]);
});
