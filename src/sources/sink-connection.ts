import type { ClientOptions, WebSocket } from 'ws';
import { decodePercent } from '../core/decode-percent.ts';
import { TwoFactorError, reasonOf } from '../core/errors.ts';
import type { Envelope, Mark, Sightings } from '../message/message.ts';
import type { HandoffAnswer } from '../protocol/handoff.ts';
import {
  type OpenHandoff,
  type PushAnswer,
  type PushHello,
  type PushRequest,
  decodeArrival,
} from '../protocol/push.ts';
import { registerSecret } from '../secret/secret.ts';

/** Time limit for the sink's greeting, in milliseconds. */
const HELLO_TIMEOUT = 5000;
/** Size limit of a frame, in bytes. It leaves room for the largest mail that a sink can be configured to accept. */
const MAX_FRAME = 256 * 1024 * 1024;

interface Answer {
  readonly mark?: Mark;
  readonly takenBy?: string;
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
  readonly #remedy: string;
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, Deferred<Answer>>();
  #ref = 0;

  private constructor(url: string, remedy: string, socket: WebSocket, hello: PushHello) {
    this.#url = url;
    this.#remedy = remedy;
    this.#socket = socket;
    this.hello = hello;
  }

  /**
   * @param remedy advice for the error if the sink does not answer
   * @throws TwoFactorError `SOURCE_UNREACHABLE` if nothing answers, `SOURCE_REFUSED` if another program answers
   */
  static async open(
    url: string,
    remedy: string,
    onArrival: (envelope: Envelope, raw: Buffer) => void,
  ): Promise<SinkConnection> {
    const { default: WebSocketClient } = await import('ws');
    const target = streamUrl(url);
    const { promise, resolve, reject } = deferred<SinkConnection>();
    const socket = new WebSocketClient(target.url, target.options);
    const timer = setTimeout(
      () => reject(unreachable(url, remedy, `no answer within ${HELLO_TIMEOUT} ms`)),
      HELLO_TIMEOUT,
    );
    let connection: SinkConnection | undefined;
    socket.on('unexpected-response', (_request, response) =>
      reject(notASink(url, statusProblem(response.statusCode ?? 0))),
    );
    socket.on('error', (error: NodeJS.ErrnoException) => reject(connectProblem(url, remedy, error)));
    socket.on('close', () => {
      reject(unreachable(url, remedy, 'the connection was closed'));
      connection?.dropped();
    });
    socket.on('message', (data: Buffer, isBinary) => {
      if (!connection) {
        const hello = readHello(data);
        if (hello) resolve((connection = new SinkConnection(url, remedy, socket, hello)));
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
    const pending = deferred<Answer>();
    const ref = ++this.#ref;
    this.#pending.set(ref, pending);
    this.#socket.send(
      JSON.stringify({ ...request, ref }),
      (error) => error && pending.reject(unreachable(this.#url, this.#remedy, reasonOf(error))),
    );
    return pending.promise;
  }

  onClose(listener: () => void): void {
    this.#socket.on('close', listener);
  }

  close(): void {
    this.#socket.terminate();
  }

  private answered(frame: PushAnswer): void {
    const pending = this.#pending.get(frame.ref);
    this.#pending.delete(frame.ref);
    if ('error' in frame)
      pending?.reject(
        new TwoFactorError('SOURCE_REFUSED', `The sink at ${originOf(this.#url)} answered: ${frame.error}`),
      );
    else pending?.resolve(frame);
  }

  private dropped(): void {
    for (const { reject } of this.#pending.values())
      reject(unreachable(this.#url, this.#remedy, 'the connection was closed'));
    this.#pending.clear();
  }
}

/** Moves the password of the URL, which is the sink's token, to a header. Returns the URL of the stream. */
function streamUrl(url: string): { readonly url: string; readonly options: ClientOptions } {
  if (!URL.canParse(url) || !/^https?:/.test(url)) {
    throw new TwoFactorError(
      'SETTINGS_INVALID',
      `\`sinkUrl\` must be a URL such as http://127.0.0.1:8025, but is "${url.replace(/.*@/s, '…@')}".`,
    );
  }
  const { protocol, host, password } = new URL(url);
  const token = password && registerSecret('sink token', decodePercent(password));
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  return {
    url: `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/api/stream`,
    options: { headers, maxPayload: MAX_FRAME, perMessageDeflate: false, handshakeTimeout: HELLO_TIMEOUT },
  };
}

function originOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

function connectProblem(url: string, remedy: string, error: NodeJS.ErrnoException): TwoFactorError {
  if (/Parse Error/.test(error.message)) {
    const text = `${originOf(url)} does not speak HTTP (${error.message}). It may be the SMTP port of the sink. Set \`sinkUrl\` to the HTTP port, 8025 by default.`;
    return new TwoFactorError('SOURCE_REFUSED', text, { cause: error });
  }
  return unreachable(url, remedy, error.code ?? reasonOf(error), error);
}

function unreachable(url: string, remedy: string, reason: string, cause?: unknown): TwoFactorError {
  const text = `No sink answers at ${originOf(url)} (${reason}). ${remedy}`;
  return new TwoFactorError('SOURCE_UNREACHABLE', text, { cause });
}

function notASink(url: string, why: string): TwoFactorError {
  return new TwoFactorError(
    'SOURCE_REFUSED',
    `${originOf(url)} does not let tests read messages: ${why}. Check that this is the HTTP address of the sink.`,
  );
}

function statusProblem(status: number): string {
  return status === 401
    ? 'it requires its token. Put it into the URL: http://any:TOKEN@host:port'
    : `it answered HTTP ${status}; another program is listening there`;
}

/** Parses the sink's greeting. Returns undefined if another program answers. */
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
