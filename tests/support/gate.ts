import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';

/** A TCP proxy to a local server that can be shut, to simulate a network failure. */
export class Gate {
  readonly #server: Server = createServer((socket) => this.#pass(socket));
  readonly #sockets = new Set<Socket>();
  #to: number;
  #isShut = false;
  #turnedAway = 0;

  private constructor(to: number) {
    this.#to = to;
  }

  /** @param to the port of the server behind it */
  static async open(to: number): Promise<Gate> {
    const gate = new Gate(to);
    gate.#server.listen(0, '127.0.0.1');
    await once(gate.#server, 'listening');
    return gate;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Number of connections that were refused while the gate was shut. */
  get turnedAway(): number {
    return this.#turnedAway;
  }

  /** Closes all connections and refuses new ones. */
  shut(): void {
    this.#isShut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Silently stops all traffic, as a router does that has lost its connection table. */
  freeze(): void {
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  /** Accepts connections again. @param to the port of the server behind it */
  reopen(to: number = this.#to): void {
    this.#to = to;
    this.#isShut = false;
  }

  close(): void {
    this.shut();
    this.#server.close();
  }

  #pass(near: Socket): void {
    if (this.#isShut) {
      this.#turnedAway++;
      near.destroy();
      return;
    }
    const far = connect(this.#to, '127.0.0.1');
    const ways: [Socket, Socket][] = [
      [near, far],
      [far, near],
    ];
    for (const [socket, other] of ways) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined); // `close` follows
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}
