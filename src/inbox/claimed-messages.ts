import type { OpenLedger } from '../ledger/ledger.ts';
import type { Message } from '../message/message.ts';
import { messageKey } from './message-key.ts';

/** Which messages to one address are taken, by whom, here and wherever else it is read. */
export class ClaimedMessages {
  readonly #claims: OpenLedger | undefined;
  readonly #by = new Map<string, string>();

  /** @param claims where all who read the address write down what they took; without it nobody else reads it */
  constructor(claims: OpenLedger | undefined) {
    this.#claims = claims;
  }

  /** Who is known to have taken a message. */
  by(message: Message): string | undefined {
    return this.#by.get(messageKey(message));
  }

  /** Takes a message, unless another did before; then it says who. */
  async take(message: Message, address: string, who: string): Promise<string | undefined> {
    const id = messageKey(message);
    const earlier = this.#by.get(id);
    if (earlier !== undefined) return earlier;
    this.#by.set(id, 'an earlier wait'); // at once: another wait of this test may be looking, too
    if (!this.#claims) return undefined;
    const ledger = await this.#claims();
    const claim = await ledger.claim(`message/${address.toLowerCase()}/${id}`, who);
    if (claim.isMine) return undefined;
    this.#by.set(id, claim.owner);
    return claim.owner;
  }
}
