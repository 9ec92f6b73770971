import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { TwoFactorError } from '../core/errors.ts';
import { hostOf, isLoopback, tokenInHeader } from '../core/http-access.ts';
import { Secret } from '../secret/secret.ts';
import { STRENGTH_RULE, isStrong } from '../secret/strength.ts';
import type { KeeperStatus } from './keeper-status.ts';
import { METRICS_TYPE, formatMetrics } from './metrics.ts';

export interface StatusServerOptions {
  readonly status: KeeperStatus;
  /** 0 selects a free port. */
  readonly port: number;
  /** Address to listen on. Anything but a loopback address requires a token. @default '127.0.0.1' */
  readonly host?: string | undefined;
  /** Token that clients send as a bearer token, or as the password of Basic authentication. */
  readonly token?: string | undefined;
}

/** A running server. */
export interface StatusServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts the server of a keeper: `/health` answers 200 if all sessions are alive, else 503; `/metrics` is for Prometheus.
 *
 * @throws TwoFactorError `SETTINGS_INVALID` if the token is missing or weak; `KEEPER_START_FAILED` if the port is in use
 */
export async function startStatusServer({
  status,
  port,
  host = '127.0.0.1',
  token,
}: StatusServerOptions): Promise<StatusServer> {
  checkToken(host, token);
  const secret = token === undefined ? undefined : new Secret('keep/token', token);
  const server = createServer((request, response) => {
    const refusal = refuse(request, host, secret);
    if (refusal) return send(response, refusal.status, 'text/plain; charset=utf-8', `${refusal.reason}\n`);
    respond(request, response, status);
  });
  server.listen(port, host);
  await once(server, 'listening').catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'EADDRINUSE' ? 'another program uses it' : error.message;
    const text = `The keeper could not open its port ${port} on ${host}: ${why}. Choose another port with --port, or another address with --host.`;
    throw new TwoFactorError('KEEPER_START_FAILED', text, { cause: error });
  });
  const { port: opened } = server.address() as AddressInfo;
  return {
    url: `http://${isIP(host) === 6 ? `[${host}]` : host}:${opened}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function checkToken(host: string, token: string | undefined): void {
  if (token !== undefined && !isStrong(token))
    throw new TwoFactorError('SETTINGS_INVALID', `The token of the keeper is too weak. It needs ${STRENGTH_RULE}.`);
  if (token !== undefined || isLoopback(host)) return;
  const text = `The keeper needs a token to listen on "${host}": its pages name the accounts that it keeps. Set one with --token-file or PLAYWRIGHT_2FA_KEEP_TOKEN, or listen on 127.0.0.1.`;
  throw new TwoFactorError('SETTINGS_INVALID', text);
}

/** Web pages of a browser on this machine have no access: they send a foreign origin or a foreign host name. */
function refuse(
  { headers }: IncomingMessage,
  host: string,
  token: Secret | undefined,
): { readonly status: 401 | 403; readonly reason: string } | undefined {
  if (token) {
    if (token.equals(tokenInHeader(headers.authorization))) return undefined;
    return { status: 401, reason: 'This keeper requires its token: Authorization: Bearer TOKEN.' };
  }
  const asked = hostOf(headers);
  if (asked !== host && !isLoopback(asked))
    return { status: 403, reason: `This keeper serves ${host} and localhost only.` };
  if (headers.origin && headers.origin !== `http://${headers.host}`)
    return { status: 403, reason: 'This keeper refuses requests from pages of other origins.' };
  return undefined;
}

function respond({ method, url = '/' }: IncomingMessage, response: ServerResponse, status: KeeperStatus): void {
  const path = url.replace(/\?.*$/s, '');
  const isRead = method === 'GET' || method === 'HEAD';
  if (path === '/metrics' && isRead) return send(response, 200, METRICS_TYPE, formatMetrics(status));
  if (path === '/health' && isRead) {
    const health = status.health();
    return send(response, health.status === 'ok' ? 200 : 503, 'application/json', `${JSON.stringify(health)}\n`);
  }
  send(response, 404, 'text/plain; charset=utf-8', 'The keeper has GET /health and GET /metrics.\n');
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  const authenticate = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', ...authenticate }).end(body);
}
