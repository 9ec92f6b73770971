import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';

const { dependencies, peerDependencies } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as Record<'dependencies' | 'peerDependencies', Record<string, string>>;

test('every dependency of a user takes fixes: its range begins with a caret, or is open', () => {
  const ranges = Object.entries({ ...dependencies, ...peerDependencies });
  expect(ranges.length).toBeGreaterThan(10);
  expect(ranges.filter(([, range]) => !/^(?:\^|>=)\d/.test(range))).toEqual([]);
});
