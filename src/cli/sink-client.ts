import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { decodePercent } from '../core/decode-percent.ts';
import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { Project, SINK_URL_VARIABLE } from '../project/project.ts';
import { TOKEN_VARIABLE } from '../protocol/sink-variables.ts';
import { registerSecret } from '../secret/secret.ts';
import { UsageError } from './usage-error.ts';

const DEFAULT_URL = 'http://127.0.0.1:8025';
const TOKEN_ARGUMENT =
  'The URL of --url has a password (not repeated here). Other users can see arguments, and the shell keeps them: choose another token. Set PLAYWRIGHT_2FA_SINK_URL to the URL, or PLAYWRIGHT_2FA_SINK_TOKEN to the token.';

/** A request to the HTTP API of a sink. */
export interface SinkCall {
  /** URL of the sink. @default PLAYWRIGHT_2FA_SINK_URL, or http://127.0.0.1:8025 */
  readonly url?: string | undefined;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly json?: object;
  /** Token of what is called, if it has one of its own. @default the token of the sink */
  readonly token?: string | undefined;
}

export interface SinkReply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Calls the sink of a command. An answer may take as long as the wait it is for.
 *
 * @throws TwoFactorError `SOURCE_UNREACHABLE`, or `SOURCE_REFUSED` if the token is missing or no sink answers
 */
export async function callSink({
  url,
  method = 'GET',
  path,
  query = {},
  json,
  token: own,
}: SinkCall): Promise<SinkReply> {
  const { base, token } = await sinkAddress(url);
  const target = new URL(path, base);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) target.searchParams.set(name, value);
  const headers = {
    ...((own ?? token) ? { authorization: `Bearer ${own ?? token}` } : {}),
    ...(json ? { 'content-type': 'application/json' } : {}),
  };
  const { status, text } = await send(target, method, headers, json && JSON.stringify(json)).catch((error: unknown) => {
    const seen = `No sink answers at ${base.origin} (${reasonOf(error)}).`;
    throw new TwoFactorError(
      'SOURCE_UNREACHABLE',
      `${seen} Start one with \`npx playwright-2fa sink\`. If the sink runs elsewhere, pass --url or set ${SINK_URL_VARIABLE}.`,
      { cause: error },
    );
  });
  const body = objectOf(text);
  if (status === 401 || status === 403 || !body)
    throw new TwoFactorError('SOURCE_REFUSED', refusalText(base.origin, status, body));
  return { status, body };
}

/** Returns the address of the sink, and its token: of the URL, or of the environment. */
async function sinkAddress(given: string | undefined): Promise<{ readonly base: URL; readonly token: string }> {
  const project = new Project({ root: process.cwd(), caller: 'command' });
  const env = await project.environment();
  const text = given ?? env[SINK_URL_VARIABLE] ?? DEFAULT_URL;
  if (!URL.canParse(text) || !/^https?:/.test(text))
    throw new UsageError(`The URL of the sink must be one such as ${DEFAULT_URL}.`);
  const base = new URL(text);
  if (given !== undefined && base.password) throw new UsageError(TOKEN_ARGUMENT);
  const token = base.password ? decodePercent(base.password) : (env[TOKEN_VARIABLE] ?? '');
  base.username = base.password = '';
  return { base, token: token && registerSecret('sink token', token) };
}

function send(
  target: URL,
  method: string,
  headers: Readonly<Record<string, string>>,
  body: string | undefined,
): Promise<{ readonly status: number; readonly text: string }> {
  // Node's fetch gives up after five minutes without an answer.
  const request = target.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const sent = request(target, { method, headers }, (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function objectOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function refusalText(origin: string, status: number, body: SinkReply['body'] | undefined): string {
  const reason = typeof body?.['error'] === 'string' ? body['error'] : 'another program listens there.';
  return `The sink at ${origin} answered HTTP ${status}: ${reason}`;
}
