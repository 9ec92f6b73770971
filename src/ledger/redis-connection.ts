import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as Redis from 'redis';
import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { memoize } from '../core/memoize.ts';

type Client = ReturnType<typeof Redis.createClient>;

/** Delay before a retry after a transient refusal, in milliseconds. */
const RETRY_DELAY = 20;
/** Longest delay between attempts to connect, in milliseconds. */
const MAX_RECONNECT_DELAY = 250;
/** If subscribing takes longer than this, in milliseconds, the waiter falls back to polling. */
const SUBSCRIBE_TIMEOUT = 2000;
/** Refusals that pass: the server is loading, busy or failing over. */
const TRANSIENT = /^(?:LOADING|BUSY|TRYAGAIN|MASTERDOWN|CLUSTERDOWN)\b/;

const CONNECTION_LOST = 'connection lost';

export interface RedisConnectionOptions {
  /** `redis[s]://[[user]:password@]host[:port][/database]` */
  readonly url: string;
  /** The name of the server in error messages. */
  readonly name: string;
  /** Maximum time of a call, including all attempts to reconnect, in milliseconds. */
  readonly timeout: number;
}

/** A connection to Redis that opens on first use and reconnects when it is lost. */
export class RedisConnection {
  readonly #options: RedisConnectionOptions;
  #client: Promise<Client> | undefined;
  #subscriber: Promise<Client> | undefined;
  #lastError: unknown;
  #isClosed = false;
  readonly #load: () => Promise<typeof Redis>;

  constructor(options: RedisConnectionOptions) {
    this.#load = memoize(() => loadRedis(options.name));
    this.#options = options;
  }

  /**
   * Runs a script. If the connection is lost before the reply, the script is sent again, so it must recognize a call
   * that it has already carried out.
   *
   * @throws TwoFactorError `LEDGER_UNREACHABLE`, `LEDGER_REFUSED`, or `MISSING_PACKAGE`
   */
  async run(script: string, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    // Before the timeout starts: loading takes seconds if all workers of a busy machine do it at once.
    const { ErrorReply } = await this.#load();
    const deadline = AbortSignal.timeout(this.#options.timeout);
    const tail = [String(keys.length), ...keys, ...args];
    const sha = createHash('sha1').update(script).digest('hex');
    let command = ['EVALSHA', sha, ...tail];
    for (;;) {
      try {
        const client = await this.#ready((this.#client ??= this.#open()), deadline);
        const reply = await untilAborted(client.sendCommand(command), deadline);
        this.#lastError = undefined;
        return reply;
      } catch (error) {
        if (error instanceof TwoFactorError) throw error;
        if (deadline.aborted) throw this.#unreachable(this.#lastError);
        const reply = error instanceof ErrorReply ? reasonOf(error) : CONNECTION_LOST;
        if (reply.startsWith('NOSCRIPT')) command = ['EVAL', script, ...tail];
        else if (reply === CONNECTION_LOST) await sleep(0); // the next attempt waits until the client is ready again
        else if (TRANSIENT.test(reply)) await sleep(RETRY_DELAY);
        else throw this.#refused(reply);
      }
    }
  }

  /** Calls `onMessage` on each message to a channel. Returns a function that ends the subscription. */
  async subscribe(channel: string, onMessage: () => void): Promise<() => void> {
    const opened = (this.#subscriber ??= this.#open());
    const client = await this.#ready(opened, AbortSignal.timeout(SUBSCRIBE_TIMEOUT));
    await client.subscribe(channel, onMessage);
    return () => void client.unsubscribe(channel, onMessage).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([destroy(this.#client), destroy(this.#subscriber)]);
  }

  async #ready(opened: Promise<Client>, deadline: AbortSignal): Promise<Client> {
    if (this.#isClosed) throw this.#unreachable(new Error('the ledger is closed'));
    const client = await opened;
    while (!client.isReady) {
      try {
        await once(client, 'ready', { signal: deadline }); // also rejects on 'error'
      } catch (error) {
        if (deadline.aborted) throw error;
        this.#lastError = error;
        if (error instanceof (await this.#load()).ErrorReply) throw this.#refused(reasonOf(error));
      }
    }
    return client;
  }

  async #open(): Promise<Client> {
    const { createClient } = await this.#load();
    const client = createClient({
      url: this.#options.url,
      disableOfflineQueue: true,
      disableClientInfo: true,
      maintNotifications: 'disabled',
      socket: {
        connectTimeout: this.#options.timeout,
        // The first retry is immediate: most connections are lost while the server stays up.
        reconnectStrategy: (retries) => (retries === 0 ? 0 : Math.min(RETRY_DELAY * 2 ** retries, MAX_RECONNECT_DELAY)),
      },
    });
    client.setMaxListeners(0); // each call that waits for the connection listens
    client.on('error', (error) => (this.#lastError = error));
    void client.connect().catch((error: unknown) => (this.#lastError = error));
    return client as Client;
  }

  /** Discards a client that may be half open, so that the next call starts with a new one. */
  #discardClient(): void {
    void destroy(this.#client);
    this.#client = undefined;
  }

  #unreachable(cause: unknown): TwoFactorError {
    this.#discardClient();
    const { name, timeout } = this.#options;
    const seen = cause === undefined ? 'the server does not answer' : reasonOf(cause);
    const text = `Cannot reach ${name} within ${timeout / 1000} s: ${seen}. It is not known whether the last call was carried out. Start the server, or fix its URL in PLAYWRIGHT_2FA_LEDGER or \`ledger\`.`;
    return new TwoFactorError('LEDGER_UNREACHABLE', text, { cause });
  }

  #refused(reply: string): TwoFactorError {
    this.#discardClient();
    const text = `${this.#options.name} answered with an error: ${reply} ${remedyFor(reply)}`;
    return new TwoFactorError('LEDGER_REFUSED', text);
  }
}

function remedyFor(reply: string): string {
  if (/^(?:WRONGPASS|NOAUTH|NOPERM)/.test(reply))
    return 'Put a user and a password in the URL, redis://user:password@host. The user must be allowed to run scripts and to use all keys with the prefix.';
  if (reply.startsWith('READONLY')) return 'This server is a replica. Use the URL of its primary.';
  if (reply.startsWith('MOVED'))
    return 'This server belongs to a cluster. Use the URL of a proxy, or of a server outside a cluster.';
  return 'Fix the problem on the server, or use another server.';
}

async function loadRedis(name: string): Promise<typeof Redis> {
  try {
    return await import('redis');
  } catch (error) {
    const text = `${name} needs the package "redis", which is not installed. Run: npm install -D redis`;
    throw new TwoFactorError('MISSING_PACKAGE', text, { cause: error });
  }
}

async function destroy(opened: Promise<Client> | undefined): Promise<void> {
  const client = await opened?.catch(() => undefined);
  if (client?.isOpen) client.destroy();
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    work.catch(() => undefined);
  }
}
