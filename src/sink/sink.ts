import { type IncomingMessage, STATUS_CODES, type Server, type ServerResponse, createServer } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { TwoFactorError } from '../core/errors.ts';
import { memoize } from '../core/memoize.ts';
import { Guard } from './guard.ts';
import type { InboundSecrets } from './inbound.ts';
import { Handoffs, isHandoffRequest } from './handoffs.ts';
import { type SmtpOptions, createSmtpServer } from './smtp.ts';
import { MessageStore, type StoreOptions } from './store.ts';

export interface SinkOptions extends SmtpOptions, StoreOptions {
  /** @default 1025; 0 takes a free port */
  readonly smtpPort?: number;
  /** @default 8025; 0 takes a free port */
  readonly httpPort?: number;
  /** @default '127.0.0.1'; any other than a loopback address needs a token */
  readonly host?: string;
  /** Asked of every HTTP client, as a bearer token or as the password of Basic authentication. @default none */
  readonly token?: string;
  /** What the webhooks of real numbers are signed with, by who sends them. @default none has to be signed */
  readonly inbound?: InboundSecrets;
}

/** A running sink. */
export interface Sink {
  readonly smtpPort: number;
  readonly httpPort: number;
  /** Where fixtures and people reach it, such as `http://127.0.0.1:8025`. */
  readonly url: string;
  readonly store: MessageStore;
  close(): Promise<void>;
}

/**
 * Starts the local server that takes a test suite's mail and SMS.
 *
 * @throws TwoFactorError `SINK_START_FAILED` when a port is taken, or the host is not loopback and there is no token.
 */
export async function startSink(options: SinkOptions = {}): Promise<Sink> {
  const { smtpPort = 1025, httpPort = 8025, host = '127.0.0.1' } = options;
  const guard = new Guard(host, options.token);
  const store = new MessageStore(options);
  const smtp = createSmtpServer(store, options);
  const http = createHttpServer(store, guard, options.inbound ?? {}, () => `${host}:${portOf(smtp.server)}`);
  smtp.on('error', () => undefined); // a client that hangs up is no news
  const ports = await Promise.all([
    listen(smtp.server, smtpPort, host, 'SMTP', '--smtp-port'),
    listen(http.server, httpPort, host, 'HTTP', '--http-port'),
  ]).catch(async (error: unknown) => {
    await Promise.allSettled([closeServer(smtp.server), closeServer(http.server)]);
    throw error;
  });
  return {
    smtpPort: ports[0],
    httpPort: ports[1],
    url: `http://${isIP(host) === 6 ? `[${host}]` : host}:${ports[1]}`,
    store,
    async close() {
      http.close();
      await Promise.all([new Promise<void>((done) => smtp.close(done)), closeServer(http.server)]);
    },
  };
}

/** The port is bound before the routes are loaded: they take as long to load as all the rest. */
function createHttpServer(
  store: MessageStore,
  guard: Guard,
  inbound: InboundSecrets,
  smtp: () => string,
): { server: Server; close(): void } {
  const handOvers = new Handoffs();
  const push = memoize(async () => new (await import('./push.ts')).PushServer(store, handOvers, smtp));
  const app = memoize(async () => {
    const [{ createHttpApp }, { getRequestListener }] = await Promise.all([
      import('./http.ts'),
      import('@hono/node-server'),
    ]);
    return getRequestListener(createHttpApp(store, handOvers, inbound).fetch);
  });
  const server = createServer((request, response) => {
    // A hand-over has a token of its own, and people reach it by whatever way.
    const refusal = isHandoffRequest(request.url) ? undefined : guard.refuses(request);
    if (refusal) return answer(response, refusal.status, { error: refusal.reason });
    if (request.url === '/api/health') return answer(response, 200, health(store));
    void app().then((handle) => handle(request, response));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy()); // Node leaves it to us from here on
    const [path] = (request.url ?? '').split('?', 1);
    const status = guard.refuses(request)?.status ?? (path === '/api/stream' ? undefined : 404);
    if (status === undefined) void push().then((stream) => stream.upgrade(request, socket, head));
    else {
      const reply = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\n\r\n`;
      socket.end(reply, () => socket.destroy()); // the other side may stay on the line
    }
  });
  server.on('listening', () => {
    setImmediate(() => {
      void push();
      void app();
    });
  });
  return { server, close: () => void push().then((stream) => stream.close()) };
}

function health(store: MessageStore): object {
  return {
    sink: 'playwright-2fa',
    instance: store.instance,
    openSessions: store.openSessions,
    ...store.size,
    mark: store.mark(),
  };
}

async function listen(
  server: {
    listen(port: number, host: string): unknown;
    address(): unknown;
    once(event: string, listener: (error: Error) => void): unknown;
    off(event: string, listener: (error: Error) => void): unknown;
  },
  port: number,
  host: string,
  name: string,
  flag: string,
): Promise<number> {
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.once('listening', () => {
      server.off('error', fail);
      done();
    });
    server.listen(port, host);
  }).catch((error: NodeJS.ErrnoException) => {
    throw new TwoFactorError('SINK_START_FAILED', startProblem(error, name, host, port, flag), { cause: error });
  });
  return portOf(server);
}

function portOf(server: { address(): unknown }): number {
  return (server.address() as AddressInfo).port;
}

function startProblem(error: NodeJS.ErrnoException, name: string, host: string, port: number, flag: string): string {
  const where = `The sink could not open its ${name} port ${port} on ${host}`;
  if (error.code === 'EADDRINUSE') {
    return `${where}: another program listens there, perhaps a sink that is still running. Stop it, or give another port with ${flag} (0 takes a free one).`;
  }
  if (error.code === 'EACCES') return `${where}: ports under 1024 need special rights. Give a higher one with ${flag}.`;
  return `${where}: ${error.message}. Give another port with ${flag}, or another address with --host.`;
}

function closeServer(server: { close(done: () => void): unknown; closeAllConnections?(): void }): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections?.();
  });
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
