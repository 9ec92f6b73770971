import { findCode } from '../../codes/find-code.ts';
import { findLink } from '../../codes/find-link.ts';
import { rankCodes } from '../../codes/rank-code.ts';
import { rankLinks } from '../../codes/rank-link.ts';
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
  return find(
    () => findCode(message),
    (code) => rankCodes(message).find((ranked) => ranked.code === code),
  );
}

/** Finds the link as a test does. */
export function readLink(message: Message): Finding {
  return find(
    () => findLink(message),
    (href) => rankLinks(message).find((ranked) => ranked.href === href),
  );
}

function find(
  read: () => string,
  evidenceOf: (value: string) => { readonly reasons: readonly string[]; readonly text?: string } | undefined,
): Finding {
  try {
    const value = read();
    const { reasons = [], text } = evidenceOf(value) ?? {};
    return { value, reasons, ...(text ? { text } : {}) };
  } catch (error) {
    if (error instanceof TwoFactorError) return { reasons: [], problem: error.message };
    throw error;
  }
}
