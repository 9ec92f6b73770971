import { expect } from '@playwright/test';
import { type ErrorCode, TwoFactorError } from '../../src/core/errors.ts';

/** Runs some work, and returns the `TwoFactorError` that it throws. */
export async function thrownBy(work: () => unknown): Promise<TwoFactorError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof TwoFactorError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

/** Checks the code of the thrown error, and each part of its message. */
export async function expectThrown(
  work: () => unknown,
  code: ErrorCode,
  ...parts: (string | RegExp)[]
): Promise<TwoFactorError> {
  const error = await thrownBy(work);
  expect(error).toMatchObject({ name: 'TwoFactorError', code });
  for (const part of parts) {
    if (typeof part === 'string') expect(error.message).toContain(part);
    else expect(error.message).toMatch(part);
  }
  return error;
}
