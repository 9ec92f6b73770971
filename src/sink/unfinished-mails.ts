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

/** Holds the mails that clients are sending at the moment, up to a limit of their sizes together. */
export class UnfinishedMails {
  readonly #maxBytes: number;
  #bytes = 0;

  /** @param maxBytes limit of the sizes of all mails together, in bytes */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
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
    };
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
        if (this.#bytes > this.#maxBytes) drop();
      },
      drop,
    };
  }
}
