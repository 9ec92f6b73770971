import type { OpenLedger } from '../ledger/ledger.ts';
import type { Message } from '../message/message.ts';
import { messageKey } from './message-key.ts';

/** The claimed messages to one address, and their owners, in this process and in others that read the address. */
export class ClaimedMessages {
  readonly #ledger: OpenLedger | undefined;
  readonly #owners = new Map<string, string>();

  /** @param ledger records the claims of all who read the address. @default nobody else reads it */
  constructor(ledger: OpenLedger | undefined) {
    this.#ledger = ledger;
  }

  /** The known owner of a message. */
  ownerOf(message: Message): string | undefined {
    return this.#owners.get(messageKey(message));
  }

  /** Claims a message. @returns undefined on success, else the earlier owner */
  async claim(message: Message, address: string, owner: string): Promise<string | undefined> {
    const key = messageKey(message);
    const earlier = this.#owners.get(key);
    if (earlier !== undefined) return earlier;
    this.#owners.set(key, 'an earlier wait'); // before the first await: another wait of this test may run at the same time
    if (!this.#ledger) return undefined;
    const ledger = await this.#ledger();
    const claim = await ledger.claim(`message/${address.toLowerCase()}/${key}`, owner);
    if (claim.isMine) return undefined;
    this.#owners.set(key, claim.owner);
    return claim.owner;
  }
}
