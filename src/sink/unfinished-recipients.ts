/** Maximum size of the recipients of all mails that are being sent at the same time, in bytes. */
const MAX_BYTES = 32 * 1024 * 1024;
/** Memory that a recipient takes beside its characters, in bytes. */
const OVERHEAD = 300;

/** Counts the recipients that clients have named for mails which are not complete yet. */
export class UnfinishedRecipients {
  readonly #sizes = new Map<object, number>();
  #bytes = 0;

  /** Counts a recipient of a session. Returns false if there are too many of all sessions together. */
  add(session: object, address: string): boolean {
    const size = address.length + OVERHEAD;
    if (this.#bytes + size > MAX_BYTES) return false;
    this.#sizes.set(session, (this.#sizes.get(session) ?? 0) + size);
    this.#bytes += size;
    return true;
  }

  /** Forgets the recipients of a session. */
  drop(session: object): void {
    this.#bytes -= this.#sizes.get(session) ?? 0;
    this.#sizes.delete(session);
  }
}
