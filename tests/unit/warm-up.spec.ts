import { expect, test } from '@playwright/test';
import { warmUp } from '../../src/codes/warm-up.ts';

test('the warm-up mail is read', () => {
  expect(warmUp()).toBe('482913');
});
