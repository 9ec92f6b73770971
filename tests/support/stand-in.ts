import { once } from 'node:events';
import { type IncomingMessage, type RequestListener, type ServerResponse, createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { TestFaults } from '../../fixtures/testing/source-harness.ts';
import type { Certificate } from './certificate.ts';

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | string | Buffer;
}

type Answering = (asked: Asked) => Answer | Promise<Answer>;

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server that stands in for a service on the internet, and can be made to fail. */
export class StandIn {
  readonly #server: ReturnType<typeof createServer>;
  readonly #isTls: boolean;
  readonly #sockets = new Set<Socket>();
  readonly #answer: Answering;
  readonly #planned: ((response: ServerResponse) => void)[] = [];
  #delay = 0;
  #isRefusing = false;
  /** Number of received requests. */
  requests = 0;
  /** Offset of its clock from the real time, in milliseconds. */
  ahead = 0;

  private constructor(answer: Answering, certificate: Certificate | undefined) {
    this.#answer = answer;
    this.#isTls = certificate !== undefined;
    const listener: RequestListener = (request, response) => void this.#serve(request, response);
    this.#server = certificate ? (createTlsServer(certificate, listener) as never) : createServer(listener);
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => undefined);
    });
  }

  static async start(answer: Answering, certificate?: Certificate): Promise<StandIn> {
    const standIn = new StandIn(answer, certificate);
    standIn.#server.listen(0, '127.0.0.1');
    await once(standIn.#server, 'listening');
    return standIn;
  }

  get server(): ReturnType<typeof createServer> {
    return this.#server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#isTls ? 'https' : 'http'}://127.0.0.1:${this.port}`;
  }

  now(): Date {
    return new Date(Date.now() + this.ahead);
  }

  readonly faults: Required<TestFaults> = {
    unavailable: (times) => this.#plan(times, (response) => response.writeHead(503).end('Try again later.')),
    rateLimited: (seconds) => {
      this.#plan(1, (response) => response.writeHead(429, { 'retry-after': String(seconds) }).end());
      const before = this.requests;
      return () => this.requests - before;
    },
    reset: () => {
      this.cut();
      this.#plan(1, (response) => response.socket?.destroy());
    },
    refused: () => {
      this.#isRefusing = true;
    },
    slow: (ms) => {
      this.#delay = ms;
    },
    malformed: (times) => this.#plan(times, (response) => response.writeHead(200).end('<html>{"items": [')),
    down: async () => await this.close(),
    clock: (ahead) => {
      this.ahead = ahead;
    },
  };

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    if (!this.#server.listening) return;
    this.#server.close();
    this.cut();
    await once(this.#server, 'close');
  }

  #plan(times: number, fault: (response: ServerResponse) => void): void {
    for (let count = 0; count < times; count++) this.#planned.push(fault);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    let body = '';
    for await (const chunk of request) body += String(chunk);
    response.setHeader('date', this.now().toUTCString());
    const planned = this.#planned.shift();
    if (planned) return planned(response);
    if (this.#isRefusing) {
      response.writeHead(401).end();
      return;
    }
    const { method = 'GET', url = '/', headers } = request;
    const answer = await this.#answer({ method, url: new URL(url, this.url), headers, body });
    if (this.#delay > 0) await new Promise((done) => setTimeout(done, this.#delay).unref());
    const isData = typeof answer.body === 'string' || Buffer.isBuffer(answer.body);
    const type = isData ? {} : { 'content-type': 'application/json' };
    response.writeHead(answer.status ?? 200, { ...type, ...answer.headers });
    response.end(isData ? answer.body : answer.body === undefined ? undefined : JSON.stringify(answer.body));
  }
}
