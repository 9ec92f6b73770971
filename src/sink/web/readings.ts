import { decodeMessage } from '../../message/decode.ts';
import type { MessageStore } from '../store.ts';
import type { StoredMessage } from '../stored-message.ts';

/** Maximum size of a message whose code the list shows, in bytes. */
const MAX_LISTED_SIZE = 128 * 1024;

/** Loads the reader of codes and links, which the first page does not wait for. */
export const loadFindings = (): Promise<typeof import('./findings.ts')> => import('./findings.ts');

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
    const [{ readCode }, message] = await Promise.all([loadFindings(), decodeMessage(envelope, raw)]);
    return readCode(message).value ?? '';
  }
}
