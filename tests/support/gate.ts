import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';

/** A way to a server of this machine that can be shut for a while, as a network can. */
export class Gate {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port: number;
  #isShut = false;
  #turnedAway = 0;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.#port = port;
  }

  /** @param port of the server behind it */
  static async open(port: number): Promise<Gate> {
    const server = createServer();
    const gate = new Gate(server, port);
    server.on('connection', (socket) => gate.#pass(socket));
    await new Promise<void>((done) => {
      server.listen(0, '127.0.0.1', done);
    });
    return gate;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** How many connections came while it was shut. */
  get turnedAway(): number {
    return this.#turnedAway;
  }

  /** Cuts who is connected and turns away who comes. */
  shut(): void {
    this.#isShut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  /** @param port of the server behind it from now on */
  reopen(port: number = this.#port): void {
    this.#port = port;
    this.#isShut = false;
  }

  async close(): Promise<void> {
    this.shut();
    await new Promise<void>((done) => {
      this.#server.close(() => done());
    });
  }

  #pass(near: Socket): void {
    if (this.#isShut) {
      this.#turnedAway++;
      near.destroy();
      return;
    }
    const far = connect(this.#port, '127.0.0.1');
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined); // the close that follows is what counts
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}
