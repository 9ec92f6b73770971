import { setImmediate } from 'node:timers/promises';
import { foldAddress } from '../../message/address.ts';
import { readSubject } from '../../message/fast-mime.ts';
import type { Owner } from '../../message/owner.ts';
import type { MessageStore } from '../store.ts';
import type { StoredMessage } from '../stored-message.ts';
import type { WebQuery } from './web-query.ts';

/** Number of messages that are searched before other work has its turn. */
const TURN = 500;
/** Maximum number of recipients in the navigation. */
const MAX_RECIPIENTS = 30;
/** Maximum length of a title, in characters. */
const MAX_TITLE = 200;

/** The messages that match a query, as far as they are shown. */
export interface Listing {
  /** Newest first. */
  readonly messages: readonly StoredMessage[];
  /** Number of all that match. */
  readonly count: number;
}

/** A recipient, and the number of its messages. */
export interface Recipient {
  readonly address: string;
  readonly count: number;
}

/** Lists messages without decoding them. */
export class Listings {
  readonly #store: MessageStore;
  readonly #titles = new WeakMap<StoredMessage, string>();

  constructor(store: MessageStore) {
    this.#store = store;
  }

  async find({ q, to, shown }: WebQuery): Promise<Listing> {
    const all = this.#store.newestFirst();
    const wanted = { email: foldAddress('email', to), sms: foldAddress('sms', to) };
    const words = q.toLowerCase().split(/\s+/).filter(Boolean);
    if (to === '' && words.length === 0) return { messages: all.slice(0, shown), count: all.length };
    const messages: StoredMessage[] = [];
    let count = 0;
    for (const [index, message] of all.entries()) {
      if (index % TURN === TURN - 1) await setImmediate();
      if (to !== '' && !message.folded.includes(wanted[message.envelope.kind])) continue;
      if (words.length > 0 && !this.#has(message, words)) continue;
      count++;
      if (messages.length < shown) messages.push(message);
    }
    return { messages, count };
  }

  /** Returns the subject of a mail, or the beginning of an SMS. */
  titleOf(message: StoredMessage): string {
    const known = this.#titles.get(message);
    if (known !== undefined) return known;
    const title = this.#readTitle(message).slice(0, MAX_TITLE);
    this.#titles.set(message, title);
    return title;
  }

  #readTitle({ envelope, allocation }: StoredMessage): string {
    if (!this.#store.find(envelope.id)) return ''; // deleted during the search
    return envelope.kind === 'email'
      ? readSubject(allocation.bytes)
      : allocation.bytes.toString('utf8', 0, 4 * MAX_TITLE);
  }

  /** Returns whose a message is: who had its address when it came, else who has it now. */
  ownerOf({ owner, envelope, folded }: StoredMessage): Owner | undefined {
    return owner ?? this.#store.ownerOf(envelope.kind, folded);
  }

  /** Returns the recipients of the newest messages. */
  recipients(): Recipient[] {
    const messages = this.#store.newestFirst();
    const recipients = new Map<string, { address: string; count: number }>();
    for (const { envelope, folded } of messages) {
      if (recipients.size >= MAX_RECIPIENTS) break;
      const [address] = folded;
      if (address !== undefined && !recipients.has(address))
        recipients.set(address, { address: envelope.to[0] ?? address, count: 0 });
    }
    for (const { folded } of messages) {
      const recipient = recipients.get(folded[0] ?? '');
      if (recipient) recipient.count++;
    }
    return [...recipients.values()];
  }

  #has(message: StoredMessage, words: readonly string[]): boolean {
    const { from, to, via = '' } = message.envelope;
    const owner = this.ownerOf(message);
    const texts = [
      this.titleOf(message),
      from,
      ...to,
      via,
      owner?.title ?? '',
      owner?.persona ?? '',
      owner?.file ?? '',
    ];
    const text = texts.join('\n').toLowerCase();
    return words.every((word) => text.includes(word));
  }
}
