import { bestCode } from '../../codes/find-code.ts';
import { bestLink } from '../../codes/find-link.ts';
import { TwoFactorError } from '../../core/errors.ts';
import type { Message } from '../../message/message.ts';

/** A code or a link that was found in a message, or the reason why none was. */
export interface Finding {
  readonly value?: string;
  /** Words of a link. */
  readonly text?: string;
  /** Evidence for what was found. */
  readonly reasons: readonly string[];
  readonly problem?: string;
}

/** Finds the code as a test does. */
export function readCode(message: Message): Finding {
  return find(() => {
    const { code, reasons } = bestCode(message);
    return { value: code, reasons };
  });
}

/** Finds the link as a test does. */
export function readLink(message: Message): Finding {
  return find(() => {
    const { href, text, reasons } = bestLink(message);
    return { value: href, reasons, ...(text && { text }) };
  });
}

function find(read: () => Finding): Finding {
  try {
    return read();
  } catch (error) {
    if (error instanceof TwoFactorError) return { reasons: [], problem: error.message };
    throw error;
  }
}
