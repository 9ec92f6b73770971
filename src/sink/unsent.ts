import type { Socket } from 'node:net';

/** Maximum size of all answers and messages together that clients have not read yet, in bytes. */
const MAX_UNSENT = 128 * 1024 * 1024;

/** Answers and messages that clients have not read yet. Clients that read too slowly are disconnected, the slowest first. */
export class Unsent {
  readonly #maxBytes: number;
  readonly #sockets = new Set<Socket>();

  /** @param maxBytes limit for all clients together, in bytes. @default 128 MiB */
  constructor(maxBytes: number = MAX_UNSENT) {
    this.#maxBytes = maxBytes;
  }

  watch(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  /** Disconnects clients until the limit is kept. Call it after a client got something that it has not read. */
  limit(): void {
    let total = 0;
    for (const { writableLength } of this.#sockets) total += writableLength;
    while (total > this.#maxBytes) {
      const slowest = [...this.#sockets].reduce((one, other) =>
        other.writableLength > one.writableLength ? other : one,
      );
      total -= slowest.writableLength;
      this.#sockets.delete(slowest);
      slowest.destroy();
    }
  }
}
