import type { OpenLedger } from '../ledger/ledger.ts';
import type { Message } from '../message/message.ts';
import type { Owner } from '../message/owner.ts';
import type { SourceWatch } from '../sources/source.ts';
import { messageKey } from './message-key.ts';

export interface ClaimedMessagesOptions {
  /** Records the claims of all who read the address. @default nobody else reads it */
  readonly ledger?: OpenLedger | undefined;
  /** Test or job that claims. The source is told, for people and programs that look at it. @default unknown */
  readonly owner?: Owner | undefined;
  /** Name of the test or job for others that read the address. */
  readonly ownerName: string;
}

/** The claimed messages to one address, and their owners, in this process and in others that read the address. */
export class ClaimedMessages {
  readonly #options: ClaimedMessagesOptions;
  readonly #owners = new Map<string, string>();
  /** By sender, the position of the newest claimed code. Earlier codes of the sender are void. */
  readonly #lastCodes = new Map<string, number>();

  constructor(options: ClaimedMessagesOptions) {
    this.#options = options;
  }

  /** The known owner of a message. */
  ownerOf(message: Message): string | undefined {
    return this.#owners.get(messageKey(message));
  }

  /** Claims a message. @returns undefined on success, else the earlier owner */
  async claim(message: Message, watch: SourceWatch): Promise<string | undefined> {
    const key = messageKey(message);
    const earlier = this.#owners.get(key);
    if (earlier !== undefined) return earlier;
    this.#owners.set(key, 'an earlier wait'); // before the first await: another wait of this test may run at the same time
    const { ledger: openLedger, owner, ownerName } = this.#options;
    if (openLedger) {
      const ledger = await openLedger();
      const claim = await ledger.claim(`message/${watch.address.toLowerCase()}/${key}`, ownerName);
      if (!claim.isMine) {
        this.#owners.set(key, claim.owner);
        return claim.owner;
      }
    }
    const other = owner && (await watch.claimed?.(message.id, owner));
    if (typeof other === 'string') this.#owners.set(key, other);
    return typeof other === 'string' ? other : undefined;
  }

  /** Records that a code was found in a message. */
  codeFound(message: Message, position: number): void {
    this.#lastCodes.set(message.from, position);
  }

  /** Returns the reason why a message no longer counts for a wait, if there is one. @param what kind of the wait */
  voided(message: Message, position: number, what: string): string | undefined {
    const owner = this.ownerOf(message);
    if (owner !== undefined) return `already claimed by ${owner}`;
    if (what !== 'code' || position > (this.#lastCodes.get(message.from) ?? 0)) return undefined;
    return 'older than a code of this sender that was already claimed';
  }
}
