import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import type { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { HOUR } from '../core/durations.ts';
import { tokenInHeader } from '../core/http-access.ts';
import type { Logger } from '../core/logger.ts';
import { Secret } from '../secret/secret.ts';
import { STRENGTH_RULE, isStrong } from '../secret/strength.ts';
import type { Agent } from './agent.ts';
import { loadSdk } from './load-sdk.ts';

/** Maximum number of agents at a time: each may have a browser. */
const MAX_AGENTS = 8;
/** Time without a request after which an agent is closed, in milliseconds. */
const IDLE_TIME = HOUR;
const PATH = '/mcp';

export interface HttpServerOptions {
  /** 0 selects a free port. */
  readonly port: number;
  /** Address to listen on. */
  readonly host: string;
  /** Token that clients send as a bearer token. */
  readonly token: string;
  /** Opens an agent for each client. */
  readonly openAgent: () => Promise<Agent>;
  readonly logger: Logger;
}

/** A running server. */
export interface HttpServer {
  readonly url: string;
  close(): Promise<void>;
}

/** An agent and its connection. */
interface Connection {
  readonly transport: StreamableHTTPServerTransport;
  readonly agent: Agent;
  idle: NodeJS.Timeout | undefined;
}

/**
 * Serves agents over streamable HTTP, each with a session of its own.
 *
 * @throws TwoFactorError `SETTINGS_INVALID` if the token is weak, or the port is in use; `MISSING_PACKAGE`
 * @see https://modelcontextprotocol.io/specification/2025-06-18/basic/transports
 */
export async function serveHttp(options: HttpServerOptions): Promise<HttpServer> {
  const { port, host, token, logger } = options;
  if (!isStrong(token))
    throw new TwoFactorError('SETTINGS_INVALID', `The token of the server is too weak. It needs ${STRENGTH_RULE}.`);
  const { StreamableHTTPServerTransport } = await loadSdk(
    () => import('@modelcontextprotocol/sdk/server/streamableHttp.js'),
  );
  const connections = new Connections(options, StreamableHTTPServerTransport);
  const secret = new Secret('mcp/token', token);
  const server = createServer((request, response) => {
    respond(request, response, connections, secret).catch((error: unknown) => {
      logger.error(`playwright-2fa: ${reasonOf(error)}`);
      if (!response.headersSent) send(response, 500, reasonOf(error));
    });
  });
  server.listen(port, host);
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'EADDRINUSE' ? 'another program uses it' : error.message;
    const text = `The server could not open its port ${port} on ${host}: ${why}. Choose another port with --port.`;
    throw new TwoFactorError('SETTINGS_INVALID', text, { cause: error });
  });
  const { port: opened } = server.address() as AddressInfo;
  return {
    url: `http://${isIP(host) === 6 ? `[${host}]` : host}:${opened}${PATH}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      await connections.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  connections: Connections,
  token: Secret,
): Promise<void> {
  // Web pages cannot send the token, and have no business here.
  if (!token.equals(tokenInHeader(request.headers.authorization)))
    return send(response, 401, 'This server requires its token: Authorization: Bearer TOKEN.');
  if (request.headers.origin !== undefined) return send(response, 403, 'This server refuses requests of web pages.');
  if ((request.url ?? '').replace(/\?.*$/s, '') !== PATH) return send(response, 404, `The server has ${PATH} only.`);
  const id = request.headers['mcp-session-id'];
  const known = typeof id === 'string' ? connections.get(id) : undefined;
  if (id !== undefined && !known) return send(response, 404, 'This session has ended. Initialize a new one.');
  if (!known && connections.isFull)
    return send(
      response,
      503,
      `There are ${MAX_AGENTS} agents already. End one, or wait until one is idle for an hour.`,
    );
  const connection = known ?? (await connections.open());
  await connection.transport.handleRequest(request, response);
  // The first request did not initialize it.
  if (connection.transport.sessionId === undefined) await connections.end(connection);
}

/** Open connections by session id. */
class Connections {
  readonly #options: HttpServerOptions;
  readonly #Transport: typeof StreamableHTTPServerTransport;
  readonly #open = new Map<string, Connection>();
  readonly #all = new Set<Connection>();
  #opening = 0;

  constructor(options: HttpServerOptions, Transport: typeof StreamableHTTPServerTransport) {
    this.#options = options;
    this.#Transport = Transport;
  }

  get isFull(): boolean {
    return this.#all.size + this.#opening >= MAX_AGENTS;
  }

  get(id: string): Connection | undefined {
    const connection = this.#open.get(id);
    if (connection) this.#keep(connection);
    return connection;
  }

  /** Opens a connection. Its first request has to initialize it. */
  async open(): Promise<Connection> {
    this.#opening++;
    try {
      const agent = await this.#options.openAgent();
      const transport = new this.#Transport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (id) => void this.#open.set(id, connection),
        onsessionclosed: () => this.end(connection),
      });
      const connection: Connection = { transport, agent, idle: undefined };
      this.#all.add(connection);
      this.#keep(connection);
      await agent.serve(transport);
      return connection;
    } finally {
      this.#opening--;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map(async (connection) => await this.end(connection)));
  }

  #keep(connection: Connection): void {
    clearTimeout(connection.idle);
    connection.idle = setTimeout(() => void this.end(connection), IDLE_TIME).unref();
  }

  /** Ends a connection, and closes its agent. */
  async end(connection: Connection): Promise<void> {
    if (!this.#all.delete(connection)) return;
    clearTimeout(connection.idle);
    const { sessionId } = connection.transport;
    if (sessionId !== undefined) this.#open.delete(sessionId);
    await connection.agent.close();
  }
}

function send(response: ServerResponse, status: number, text: string): void {
  const authenticate = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  const body = { jsonrpc: '2.0', error: { code: -32_000, message: text }, id: null };
  response.writeHead(status, { 'content-type': 'application/json', ...authenticate }).end(`${JSON.stringify(body)}\n`);
}
