import type { IncomingMessage } from 'node:http';

/** Maximum size of the bodies of all requests that are being sent at the same time, in bytes. */
const MAX_BYTES = 32 * 1024 * 1024;
/** Size that counts for a body of an unknown size, in bytes: the largest one that is accepted. */
const UNKNOWN = 64 * 1024;

const TIMED_OUT = JSON.stringify({ error: 'The body of the request stopped. Send it again, and without a pause.' });

/**
 * The requests whose bodies are still being sent. The oldest are cut off when they are too large together, and those that
 * stop are answered with 408.
 */
export class UnfinishedRequests {
  readonly #timeout: number;
  readonly #sizes = new Map<IncomingMessage, number>();
  #bytes = 0;

  /** @param timeout time without a byte after which a request is ended, in milliseconds */
  constructor(timeout: number) {
    this.#timeout = timeout;
  }

  begin(request: IncomingMessage): void {
    const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
    if (length === undefined && encoding === undefined) return;
    const size = Math.min(Number(length ?? UNKNOWN) || 0, UNKNOWN);
    this.#sizes.set(request, size);
    this.#bytes += size;
    for (const event of ['end', 'close']) request.once(event, () => this.#end(request));
    request.setTimeout(this.#timeout, () => timeOut(request));
    for (const [oldest] of this.#sizes) {
      if (this.#bytes <= MAX_BYTES) return;
      this.#end(oldest);
      oldest.destroy();
    }
  }

  #end(request: IncomingMessage): void {
    if (this.#sizes.has(request)) request.socket.setTimeout(0);
    this.#bytes -= this.#sizes.get(request) ?? 0;
    this.#sizes.delete(request);
  }
}

function timeOut(request: IncomingMessage): void {
  const head = `HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${TIMED_OUT.length}`;
  request.socket.end(`${head}\r\n\r\n${TIMED_OUT}`, () => request.destroy());
}
