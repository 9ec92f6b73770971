import { findCode } from '../../codes/find-code.ts';
import { findLink } from '../../codes/find-link.ts';
import { rankCodes } from '../../codes/rank-code.ts';
import { rankLinks } from '../../codes/rank-link.ts';
import { TwoFactorError } from '../../core/errors.ts';
import { decodeMessage } from '../../message/decode.ts';
import type { Message } from '../../message/message.ts';
import type { MessageStore, StoredMessage } from '../store.ts';

/** Maximum size of a message whose code the list shows, in bytes. */
const MAX_LISTED_SIZE = 128 * 1024;

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

/** Decodes messages that a person looks at. A message is decoded once for the list. */
export class Readings {
  readonly #store: MessageStore;
  readonly #codes = new WeakMap<StoredMessage, string>();

  constructor(store: MessageStore) {
    this.#store = store;
  }

  /** Returns the code of a message if it was read already; an empty text if it has none. */
  knownCode(message: StoredMessage): string | undefined {
    return this.#codes.get(message);
  }

  /** Returns the code of a message for the list; an empty text if it has none, is large or cannot be read. */
  async code(message: StoredMessage): Promise<string> {
    const known = this.#codes.get(message);
    if (known !== undefined) return known;
    const code = await this.#read(message).catch(() => '');
    this.#codes.set(message, code);
    return code;
  }

  async #read({ envelope, raw }: StoredMessage): Promise<string> {
    if (envelope.size > MAX_LISTED_SIZE || !this.#store.find(envelope.id)) return '';
    return readCode(await decodeMessage(envelope, raw)).value ?? '';
  }
}
