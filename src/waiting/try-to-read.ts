import { TwoFactorError } from '../core/errors.ts';
import type { Message } from '../message/message.ts';

/** Reads a message, or returns the reason why it does not hold what is wanted. Throws on a tie: waiting does not resolve it, and a wrong guess costs a sign-in attempt. */
export function tryToRead<T>(
  message: Message,
  read: (message: Message) => T,
): { readonly value: T } | { readonly reason: string } {
  try {
    return { value: read(message) };
  } catch (error) {
    if (!(error instanceof TwoFactorError) || error.code === 'CODE_AMBIGUOUS') throw error;
    return { reason: error.message };
  }
}
