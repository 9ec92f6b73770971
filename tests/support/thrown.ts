import { expect } from '@playwright/test';
import { type ErrorCode, TwoFactorError } from '../../src/core/errors.ts';

/** The package's own error that a piece of work ends in. */
export async function thrownBy(work: () => unknown): Promise<TwoFactorError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof TwoFactorError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

/** Checks the code of the error, and each part of its text. */
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
