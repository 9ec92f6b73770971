import { type IncomingMessage, STATUS_CODES, type Server, type ServerResponse, createServer } from 'node:http';
import { type AddressInfo, type Socket, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { TwoFactorError } from '../core/errors.ts';
import { memoize } from '../core/memoize.ts';
import { Guard, challengeOf } from './guard.ts';
import type { ForwardRule } from './forward/forward-rules.ts';
import type { ForwardServer } from './forward/forward-url.ts';
import type { Forwarder } from './forward/forwarder.ts';
import { type Retention, applyRetention } from './retention.ts';
import type { Disk } from './disk/disk.ts';
import type { InboundOptions, InboundSecrets } from './inbound.ts';
import type { MailSecrets } from './inbound-mail/mail-sender.ts';
import { Handoffs, isHandoffRequest } from './handoffs.ts';
import { type SmtpOptions, createSmtpServer } from './smtp.ts';
import { MessageStore, type StoreOptions } from './store.ts';
import { UnfinishedRequests } from './unfinished-requests.ts';
import { Unsent } from './unsent.ts';

export interface SinkOptions extends SmtpOptions, StoreOptions {
  /** SMTP port; 0 selects a free port. @default 1025 */
  readonly smtpPort?: number;
  /** HTTP port; 0 selects a free port. @default 8025 */
  readonly httpPort?: number;
  /** Address to listen on. Anything but a loopback address requires a token. @default '127.0.0.1' */
  readonly host?: string;
  /** Token that HTTP clients must send, as a bearer token or as the password of Basic authentication. @default none */
  readonly token?: string;
  /** Secrets of inbound SMS webhooks, by sender. @default signatures are not verified */
  readonly inbound?: InboundSecrets;
  /** Mail server that copies are forwarded through. @default nothing is forwarded */
  readonly forwardTo?: ForwardServer;
  /** Rules that copy the mail to one address or pattern. @default none */
  readonly forwards?: readonly ForwardRule[];
  /** Time for which messages are kept. @default 'all': until a cap evicts them */
  readonly retention?: Retention;
  /** Secrets of inbound mail webhooks, by service. @default signatures are not verified */
  readonly inboundMail?: MailSecrets;
  /** Sends the requests to Amazon SNS: for its certificates, and to confirm a subscription. @default Node's fetch */
  readonly fetch?: typeof fetch;
  /** Time without a byte after which an HTTP request with an unfinished body is ended, in milliseconds. @default 30_000 */
  readonly bodyTimeout?: number;
  /** Folder that keeps the messages, so that they survive the sink. @default they are in memory only */
  readonly data?: string;
  /** Is called with problems that do not end the sink, such as a damaged file in the folder. @default nothing */
  readonly onProblem?: (problem: string) => void;
  /** Country of phone numbers without a country code, such as 'DE'. @default an SMS to such a number is refused */
  readonly defaultCountry?: string;
}

/** A running sink. */
export interface Sink {
  readonly smtpPort: number;
  readonly httpPort: number;
  /** URL for fixtures and people, such as `http://127.0.0.1:8025`. */
  readonly url: string;
  readonly store: MessageStore;
  /** Closes all connections and frees both ports. */
  close(): Promise<void>;
}

/**
 * Starts the local server that receives a test suite's mail and SMS.
 *
 * @throws TwoFactorError `SINK_START_FAILED` if a port is in use, or if the host is not a loopback address and there is no token
 */
export async function startSink(options: SinkOptions = {}): Promise<Sink> {
  const guard = new Guard(options.host ?? '127.0.0.1', options.token);
  const disk = options.data === undefined ? undefined : await openData(options);
  const store = new MessageStore(options, disk);
  try {
    if (disk) await readData(options, disk, store);
    return await listenAt(options, guard, store, disk);
  } catch (error) {
    await disk?.close();
    throw error;
  }
}

async function openData({ data = '', onProblem }: SinkOptions): Promise<Disk> {
  const { openDisk } = await import('./disk/open.ts');
  return openDisk(data, (problem) => onProblem?.(problem));
}

async function readData({ data = '', onProblem }: SinkOptions, disk: Disk, store: MessageStore): Promise<void> {
  const { readBack } = await import('./disk/open.ts');
  await readBack(data, disk, store, (problem) => onProblem?.(problem));
}

async function listenAt(options: SinkOptions, guard: Guard, store: MessageStore, disk?: Disk): Promise<Sink> {
  const { smtpPort = 1025, httpPort = 8025, host = '127.0.0.1' } = options;
  // Forwarding comes first, as it needs a message that retention may delete.
  const { forwardTo } = options;
  const forwarder = forwardTo && new (await import('./forward/forwarder.ts')).Forwarder(store, forwardTo);
  for (const rule of options.forwards ?? []) {
    const problem = forwarder?.setRule(rule);
    if (problem !== undefined) throw new TwoFactorError('SETTINGS_INVALID', problem);
  }
  const endRetention = applyRetention(store, options.retention ?? 'all');
  const smtp = createSmtpServer(store, options);
  const { inbound: secrets, inboundMail: mailSecrets, defaultCountry: country, fetch } = options;
  const inbound = { secrets, mailSecrets, country, fetch };
  const requests = new UnfinishedRequests(options.bodyTimeout ?? 30_000);
  const http = createHttpServer(
    store,
    guard,
    requests,
    { ...inbound, forwarder },
    () => `${host}:${portOf(smtp.server)}`,
  );
  smtp.on('error', () => undefined); // clients may disconnect at any time
  const ports = await Promise.all([
    listen(smtp.server, smtpPort, host, 'SMTP', '--smtp-port'),
    listen(http.server, httpPort, host, 'HTTP', '--http-port'),
  ]).catch(async (error: unknown) => {
    endRetention();
    await Promise.allSettled([closeServer(smtp.server), closeServer(http.server), forwarder?.close()]);
    throw error;
  });
  return {
    smtpPort: ports[0],
    httpPort: ports[1],
    url: `http://${isIP(host) === 6 ? `[${host}]` : host}:${ports[1]}`,
    store,
    async close() {
      http.close();
      endRetention();
      await forwarder?.close();
      await Promise.all([new Promise<void>((done) => smtp.close(done)), closeServer(http.server)]);
      await disk?.close();
    },
  };
}

/** Creates the HTTP server. The routes load after the port is bound, because they take half of the start-up time. */
function createHttpServer(
  store: MessageStore,
  guard: Guard,
  requests: UnfinishedRequests,
  { forwarder, ...inbound }: InboundOptions & { readonly forwarder: Forwarder | undefined },
  smtp: () => string,
): { server: Server; close(): void } {
  const handoffs = new Handoffs();
  const unsent = new Unsent();
  const push = memoize(async () => new (await import('./push.ts')).PushServer(store, handoffs, unsent, smtp));
  const app = memoize(async () => {
    const [{ createHttpApp }, { getRequestListener }] = await Promise.all([
      import('./http.ts'),
      import('@hono/node-server'),
    ]);
    return getRequestListener(createHttpApp(store, handoffs, inbound, forwarder).fetch);
  });
  const server = createServer((request, response) => {
    // A handoff has its own token, and people may reach it under any host name.
    const refusal = isHandoffRequest(request.url) ? undefined : guard.refuse(request);
    if (refusal) return answer(response, refusal.status, { error: refusal.reason }, challengeOf(request, refusal));
    if (request.url === '/api/health') return answer(response, 200, health(store));
    requests.begin(request);
    response.once('prefinish', () => unsent.limit());
    void app().then((handle) => handle(request, response));
  });
  server.on('connection', (socket: Socket) => unsent.watch(socket));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy()); // Node no longer handles errors of an upgraded socket
    const [path] = (request.url ?? '').split('?', 1);
    const status = guard.refuse(request)?.status ?? (path === '/api/stream' ? undefined : 404);
    if (status === undefined) void push().then((stream) => stream.upgrade(request, socket, head));
    else {
      const reply = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\n\r\n`;
      socket.end(reply, () => socket.destroy()); // do not wait for the client to disconnect
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
    return `${where}: another program uses it, perhaps a sink that is still running. Stop it, or choose another port with ${flag} (0 selects a free port).`;
  }
  if (error.code === 'EACCES')
    return `${where}: ports below 1024 need special privileges. Choose a higher port with ${flag}.`;
  return `${where}: ${error.message}. Choose another port with ${flag}, or another address with --host.`;
}

function closeServer(server: { close(done: () => void): unknown; closeAllConnections?(): void }): Promise<void> {
  return new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections?.();
  });
}

function answer(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body));
}
