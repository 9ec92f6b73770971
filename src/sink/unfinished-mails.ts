/** A mail that a client is sending. */
export interface UnfinishedMail {
  /** The bytes so far, in pieces. Empty after the mail was dropped. */
  readonly chunks: readonly Buffer[];
  /** True if the mail was dropped, because all of them together are too large. */
  readonly isDropped: boolean;
  add(chunk: Buffer): void;
  /** Frees the bytes. */
  drop(): void;
}

/** Time without a byte after which a mail makes room for others, in milliseconds. */
const IDLE_AFTER = 1000;

interface HeldMail {
  /** Time of its last byte. */
  lastAt: number;
  drop(): void;
}

/**
 * Holds the mails that clients are sending at the moment, up to a limit of their sizes together. Over the limit, the mail
 * whose client has sent nothing for the longest time is dropped; without an idle client, the mail that does not fit.
 */
export class UnfinishedMails {
  readonly #maxBytes: number;
  readonly #now: () => number;
  /** In the order of their last bytes. */
  readonly #held = new Set<HeldMail>();
  #bytes = 0;

  /**
   * @param maxBytes limit of the sizes of all mails together, in bytes
   * @param now clock, in milliseconds
   */
  constructor(maxBytes: number, now: () => number = () => performance.now()) {
    this.#maxBytes = maxBytes;
    this.#now = now;
  }

  /** Size of all mails, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Begins a mail. */
  begin(): UnfinishedMail {
    let chunks: Buffer[] = [];
    let size = 0;
    let isDropped = false;
    const drop = (): void => {
      this.#bytes -= size;
      size = 0;
      chunks = [];
      isDropped = true;
      this.#held.delete(held);
    };
    const held: HeldMail = { lastAt: this.#now(), drop };
    return {
      get chunks() {
        return chunks;
      },
      get isDropped() {
        return isDropped;
      },
      add: (chunk) => {
        if (isDropped) return;
        chunks.push(chunk);
        size += chunk.length;
        this.#bytes += chunk.length;
        held.lastAt = this.#now();
        this.#held.delete(held);
        this.#held.add(held);
        this.#makeRoom(held);
      },
      drop,
    };
  }

  /** Drops idle mails, or else the one that grew, until the limit is kept. */
  #makeRoom(grown: HeldMail): void {
    while (this.#bytes > this.#maxBytes) {
      const [longest = grown] = this.#held;
      (this.#now() - longest.lastAt >= IDLE_AFTER ? longest : grown).drop();
    }
  }
}
