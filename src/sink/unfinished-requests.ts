import type { IncomingMessage } from 'node:http';

/** Maximum size of the bodies of all requests that are being sent at the same time, in bytes. */
const MAX_BYTES = 32 * 1024 * 1024;
/** Size that counts for a body of an unknown size, in bytes: the largest one that is accepted. */
const UNKNOWN = 64 * 1024;

/** The requests whose bodies are still being sent. The oldest are cut off when they are too large together. */
export class UnfinishedRequests {
  readonly #sizes = new Map<IncomingMessage, number>();
  #bytes = 0;

  begin(request: IncomingMessage): void {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    if (length === undefined && encoding === undefined) return;
    const size = Math.min(Number(length ?? UNKNOWN) || 0, UNKNOWN);
    this.#sizes.set(request, size);
    this.#bytes += size;
    for (const event of ['end', 'close']) request.once(event, () => this.#end(request));
    for (const [oldest] of this.#sizes) {
      if (this.#bytes <= MAX_BYTES) return;
      this.#end(oldest);
      oldest.destroy();
    }
  }

  #end(request: IncomingMessage): void {
    this.#bytes -= this.#sizes.get(request) ?? 0;
    this.#sizes.delete(request);
  }
}
