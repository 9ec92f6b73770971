import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type * as Redis from 'redis';
import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { memoize } from '../core/memoize.ts';

type Client = ReturnType<typeof Redis.createClient>;

/** Between attempts at a server that answers "not now", in milliseconds. */
const PAUSE = 20;
/** The longest pause between attempts to connect, in milliseconds. */
const LONGEST_PAUSE = 250;
/** Who waits for its turn does without notices that are not to be had within so long, in milliseconds. */
const SUBSCRIBE_WITHIN = 2000;
/** What a server says that may say yes soon. */
const NOT_NOW = /^(?:LOADING|BUSY|TRYAGAIN|MASTERDOWN|CLUSTERDOWN)\b/;

const BROKEN = 'the line broke';

export interface RedisConnectionOptions {
  /** `redis[s]://[[user]:password@]host[:port][/database]` */
  readonly url: string;
  /** The server's name in error texts. */
  readonly name: string;
  /** How long a call may take, with all attempts to connect again, in milliseconds. */
  readonly patience: number;
}

/** A line to Redis that is drawn on first use, and drawn again when it breaks. */
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
   * Runs a script. It is sent again when the line breaks before the answer, so it has to know its own.
   *
   * @throws TwoFactorError `LEDGER_UNREACHABLE`, `LEDGER_REFUSED`, or `MISSING_PACKAGE`
   */
  async run(script: string, keys: readonly string[], args: readonly string[]): Promise<unknown> {
    const { ErrorReply } = await this.#load(); // seconds, where all workers of a busy machine do it at once
    const overdue = AbortSignal.timeout(this.#options.patience);
    const tail = [String(keys.length), ...keys, ...args];
    const sha = createHash('sha1').update(script).digest('hex');
    let command = ['EVALSHA', sha, ...tail];
    for (;;) {
      try {
        const client = await this.#ready((this.#client ??= this.#open()), overdue);
        const reply = await untilAborted(client.sendCommand(command), overdue);
        this.#lastError = undefined;
        return reply;
      } catch (error) {
        if (error instanceof TwoFactorError) throw error;
        if (overdue.aborted) throw this.#unreachable(this.#lastError);
        const reply = error instanceof ErrorReply ? reasonOf(error) : BROKEN;
        if (reply.startsWith('NOSCRIPT')) command = ['EVAL', script, ...tail];
        else if (reply === BROKEN) await sleep(0); // then waits until it is drawn again, and no longer
        else if (NOT_NOW.test(reply)) await sleep(PAUSE);
        else throw this.#refused(reply);
      }
    }
  }

  /** Calls back on every message to a channel, until the function that it gives is called. */
  async subscribe(channel: string, onMessage: () => void): Promise<() => void> {
    const opened = (this.#subscriber ??= this.#open());
    const client = await this.#ready(opened, AbortSignal.timeout(SUBSCRIBE_WITHIN));
    await client.subscribe(channel, onMessage);
    return () => void client.unsubscribe(channel, onMessage).catch(() => undefined);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([drop(this.#client), drop(this.#subscriber)]);
  }

  async #ready(opened: Promise<Client>, overdue: AbortSignal): Promise<Client> {
    if (this.#isClosed) throw this.#unreachable(new Error('this ledger was closed'));
    const client = await opened;
    while (!client.isReady) {
      try {
        await once(client, 'ready', { signal: overdue }); // throws the next 'error', too
      } catch (error) {
        if (overdue.aborted) throw error;
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
        connectTimeout: this.#options.patience,
        // At once at first: most lines break while the server stays.
        reconnectStrategy: (retries) => (retries === 0 ? 0 : Math.min(PAUSE * 2 ** retries, LONGEST_PAUSE)),
      },
    });
    client.on('error', (error) => (this.#lastError = error));
    void client.connect().catch((error: unknown) => (this.#lastError = error));
    return client as Client;
  }

  /** What may be half open is of no use to the next call. */
  #letGo(): void {
    void drop(this.#client);
    this.#client = undefined;
  }

  #unreachable(cause: unknown): TwoFactorError {
    this.#letGo();
    const { name, patience } = this.#options;
    const seen = cause === undefined ? 'it does not answer' : reasonOf(cause);
    const text = `${name} could not be reached within ${patience / 1000} s: ${seen}. Whether the last call was carried out is not known. Start it, or mend its address in PLAYWRIGHT_2FA_LEDGER or \`ledger\`.`;
    return new TwoFactorError('LEDGER_UNREACHABLE', text, { cause });
  }

  #refused(reply: string): TwoFactorError {
    this.#letGo();
    const text = `${this.#options.name} refused: ${reply} ${remedyFor(reply)}`;
    return new TwoFactorError('LEDGER_REFUSED', text);
  }
}

function remedyFor(reply: string): string {
  if (/^(?:WRONGPASS|NOAUTH|NOPERM)/.test(reply))
    return 'Give user and password in the URL, redis://user:password@host, of a user that may run scripts and use all keys of the prefix.';
  if (reply.startsWith('READONLY')) return 'It only copies another server: give the address of the one it copies.';
  if (reply.startsWith('MOVED'))
    return 'It is one of a cluster: give the address of a proxy, or of a server that is not.';
  return 'See what the server lacks, or give another.';
}

async function loadRedis(name: string): Promise<typeof Redis> {
  try {
    return await import('redis');
  } catch (error) {
    const text = `${name} needs the package "redis", which is not installed. Run: npm install -D redis`;
    throw new TwoFactorError('MISSING_PACKAGE', text, { cause: error });
  }
}

async function drop(opened: Promise<Client> | undefined): Promise<void> {
  const client = await opened?.catch(() => undefined);
  if (client?.isOpen) client.destroy();
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let giveUp = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason as Error);
    signal.addEventListener('abort', giveUp, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', giveUp);
    work.catch(() => undefined);
  }
}
