import { registerSecret } from '../secret/secret.ts';
import type { ClientOptions, WebSocket } from 'ws';
import type { HandoffAnswer } from '../protocol/handoff.ts';
import type { Envelope, Mark, Sightings } from '../message/message.ts';
import {
  type OpenHandoff,
  type PushAnswer,
  type PushHello,
  type PushRequest,
  decodeArrival,
} from '../protocol/push.ts';
import { TwoFactorError, reasonOf } from '../core/errors.ts';

/** How long the sink may take to say hello, in milliseconds. */
const HELLO_WITHIN = 5000;
/** A mail of the largest size that a sink can be told to take, and its envelope. */
const MAX_FRAME = 256 * 1024 * 1024;

interface Answer {
  readonly mark?: Mark;
  readonly number?: string;
  readonly sightings?: Sightings;
  readonly handoff?: OpenHandoff;
  readonly answer?: HandoffAnswer;
}
type WithoutRef<T> = T extends unknown ? Omit<T, 'ref'> : never;

/** One open connection to a sink. */
export class SinkConnection {
  readonly hello: PushHello;
  readonly #url: string;
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, Deferred<Answer>>();
  #ref = 0;

  private constructor(url: string, socket: WebSocket, hello: PushHello) {
    this.#url = url;
    this.#socket = socket;
    this.hello = hello;
  }

  /** @throws TwoFactorError `SOURCE_UNREACHABLE` when nobody answers, `SOURCE_REFUSED` when it is no sink. */
  static async open(url: string, onArrival: (envelope: Envelope, raw: Buffer) => void): Promise<SinkConnection> {
    const { default: WebSocketClient } = await import('ws');
    const target = streamUrl(url);
    const { promise, resolve, reject } = deferred<SinkConnection>();
    const socket = new WebSocketClient(target.url, target.options);
    const timer = setTimeout(() => reject(unreachable(url, `no answer within ${HELLO_WITHIN} ms`)), HELLO_WITHIN);
    let connection: SinkConnection | undefined;
    socket.on('unexpected-response', (_request, response) =>
      reject(notASink(url, statusProblem(response.statusCode ?? 0))),
    );
    socket.on('error', (error: NodeJS.ErrnoException) => reject(connectProblem(url, error)));
    socket.on('close', () => {
      reject(unreachable(url, 'the connection was closed'));
      connection?.dropped();
    });
    socket.on('message', (data: Buffer, isBinary) => {
      if (!connection) {
        const hello = readHello(data);
        if (hello) resolve((connection = new SinkConnection(url, socket, hello)));
        else reject(notASink(url, "it did not send the sink's greeting; another program is listening there"));
      } else if (isBinary) {
        const { envelope, raw } = decodeArrival(data);
        onArrival(envelope, raw);
      } else connection.answered(JSON.parse(data.toString()) as PushAnswer);
    });
    try {
      return await promise;
    } catch (error) {
      socket.terminate();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  request(request: WithoutRef<PushRequest>): Promise<Answer> {
    const asked = deferred<Answer>();
    const ref = ++this.#ref;
    this.#pending.set(ref, asked);
    this.#socket.send(
      JSON.stringify({ ...request, ref }),
      (error) => error && asked.reject(unreachable(this.#url, reasonOf(error))),
    );
    return asked.promise;
  }

  onClose(listener: () => void): void {
    this.#socket.on('close', listener);
  }

  close(): void {
    this.#socket.terminate();
  }

  private answered(frame: PushAnswer): void {
    const asked = this.#pending.get(frame.ref);
    this.#pending.delete(frame.ref);
    if ('error' in frame)
      asked?.reject(new TwoFactorError('SOURCE_REFUSED', `The sink at ${shown(this.#url)} answered: ${frame.error}`));
    else asked?.resolve(frame);
  }

  private dropped(): void {
    for (const { reject } of this.#pending.values()) reject(unreachable(this.#url, 'the connection was closed'));
    this.#pending.clear();
  }
}

/** A password in the URL is the sink's token. It goes into a header, and out of every text. */
function streamUrl(url: string): { readonly url: string; readonly options: ClientOptions } {
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new TwoFactorError(
      'SETTINGS_INVALID',
      `"${url.replace(/.*@/s, '…@')}" is not the URL of a sink. Write it like http://127.0.0.1:8025.`,
    );
  }
  const { protocol, host, password } = new URL(url);
  const token = password && registerSecret('sink token', decodeURIComponent(password));
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  return {
    url: `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/api/stream`,
    options: { headers, maxPayload: MAX_FRAME, perMessageDeflate: false, handshakeTimeout: HELLO_WITHIN },
  };
}

function shown(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

function connectProblem(url: string, error: NodeJS.ErrnoException): TwoFactorError {
  if (/Parse Error/.test(error.message)) {
    const text = `${shown(url)} does not speak HTTP (${error.message}). It may be the sink's SMTP port: give the HTTP port, 8025 by default, as sinkUrl.`;
    return new TwoFactorError('SOURCE_REFUSED', text, { cause: error });
  }
  return unreachable(url, error.code ?? reasonOf(error), error);
}

function unreachable(url: string, reason: string, cause?: unknown): TwoFactorError {
  const text = `No sink answers at ${shown(url)} (${reason}). Start one with \`npx playwright-2fa sink\`, or wrap your configuration in withTwoFactor(), which does; if it runs elsewhere, say where with \`use: { twoFactor: { sinkUrl } }\`.`;
  return new TwoFactorError('SOURCE_UNREACHABLE', text, { cause });
}

function notASink(url: string, why: string): TwoFactorError {
  return new TwoFactorError(
    'SOURCE_REFUSED',
    `${shown(url)} does not let tests read messages: ${why}. Is that the HTTP address of the sink?`,
  );
}

function statusProblem(status: number): string {
  return status === 401
    ? 'it asks for its token: put it into the URL, http://any:TOKEN@host:port'
    : `it answers ${status}, as another program does`;
}

/** What a sink says first; nothing when another program speaks. */
function readHello(data: Buffer): PushHello | undefined {
  try {
    const frame = JSON.parse(data.toString()) as Partial<PushHello> | null;
    return frame?.hello === 'playwright-2fa-sink' ? (frame as PushHello) : undefined;
  } catch {
    return undefined;
  }
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

function deferred<T>(): Deferred<T> {
  let settle!: Omit<Deferred<T>, 'promise'>;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
}
