import { randomUUID } from 'node:crypto';
import { AsyncEvent } from './async-event.ts';
import { type LeaseQueue, POLL_INTERVAL, type QueueChanges, type Ticket, waitForLease } from './lease.ts';
import type {
  Claim,
  CountOptions,
  CounterValue,
  Lease,
  LeaseOptions,
  Ledger,
  NextValueOptions,
  QueuePosition,
  Versioned,
} from './ledger.ts';
import { RedisConnection } from './redis-connection.ts';
import { SCRIPTS } from './redis-scripts.ts';
import { RETENTION } from './retention.ts';

/** Default time-out of a call, in milliseconds. */
const TIMEOUT = 10_000;
const PREFIX = 'playwright-2fa';

export interface RedisLedgerOptions {
  /**
   * A `redis://` or `rediss://` (TLS) URL with user, password, port and database as usual. `?prefix=` sets the prefix
   * of all keys. @default prefix 'playwright-2fa'
   */
  readonly url: string;
  /** Maximum time of a call, including all attempts to reconnect, in milliseconds. @default 10_000 */
  readonly timeout?: number;
}

/** Returns a ledger in Redis or Valkey, for processes on any number of machines. */
export function redisLedger(options: RedisLedgerOptions): Ledger {
  return new RedisLedger(options);
}

class RedisLedger implements Ledger {
  readonly name: string;
  readonly #connection: RedisConnection;
  readonly #prefix: string;

  constructor({ url, timeout = TIMEOUT }: RedisLedgerOptions) {
    const parsed = new URL(url);
    this.name = `Redis at ${parsed.host}`;
    this.#prefix = parsed.searchParams.get('prefix') ?? PREFIX;
    parsed.search = '';
    this.#connection = new RedisConnection({ url: parsed.href, name: this.name, timeout });
  }

  async claim(key: string, owner: string): Promise<Claim> {
    const reply = await this.#run('claim', key, ['claim'], [randomUUID(), owner, RETENTION]);
    const [isMine, claimant] = reply as [number, string];
    return { isMine: isMine === 1, owner: claimant };
  }

  async nextValue(key: string, options: NextValueOptions): Promise<CounterValue> {
    const { owner, atLeast = 0, atMost = '', ephemeral = false } = options;
    const args = [randomUUID(), owner, atLeast, atMost, ephemeral ? RETENTION : ''];
    const reply = await this.#run('nextValue', key, ['counter', 'recent'], args);
    const [isMine, number, lastOwner] = reply as [number, number, string];
    return { isMine: isMine === 1, number, owner: lastOwner };
  }

  async highest(key: string): Promise<number | undefined> {
    const number = (await this.#run('highest', key, ['counter'], [])) as string | null;
    return number === null ? undefined : Number(number);
  }

  async lease(key: string, options: LeaseOptions): Promise<Lease> {
    return await waitForLease(this.#queue(key), key, options);
  }

  async read(key: string): Promise<Versioned> {
    const [version, value] = (await this.#run('read', key, ['value'], [])) as (string | null)[];
    return { version: Number(version ?? 0), value: value ?? undefined };
  }

  async compareAndSwap(key: string, version: number, value: string | undefined): Promise<boolean> {
    const args = [randomUUID(), version, ...(value === undefined ? [] : [value])];
    return (await this.#run('compareAndSwap', key, ['value'], args)) === 1;
  }

  async count(key: string, { window, add }: CountOptions): Promise<number> {
    return (await this.#run('count', key, ['times'], [randomUUID(), window, add])) as number;
  }

  async clock(): Promise<number> {
    return (await this.#connection.run(SCRIPTS.clock, [], [])) as number;
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  #queue(key: string): LeaseQueue {
    const channel = this.#keyOf(key, 'changes');
    const parts = ['queue', 'expiry', 'owners'];
    return {
      enqueueOrRenew: async ({ id, owner, ttl }: Ticket, mayEnter: boolean): Promise<QueuePosition | undefined> => {
        const args = [id, owner, ttl, mayEnter ? 1 : 0, channel, RETENTION];
        const reply = await this.#run('enqueueOrRenew', key, [...parts, 'fence'], args);
        const [ahead, fence, holder] = reply as [number?, number?, string?];
        if (ahead === undefined || fence === undefined) return undefined;
        return { ahead, fence, owner: holder ?? 'another process' };
      },
      leave: async ({ id }) => void (await this.#run('leave', key, parts, [id, channel])),
      listen: () => this.#listen(channel),
    };
  }

  /** Ignores a failed subscription: the waiter polls, too. */
  async #listen(channel: string): Promise<QueueChanges> {
    const change = new AsyncEvent();
    const subscribed = this.#connection.subscribe(channel, () => change.signal());
    const close = await subscribed.catch(() => () => undefined);
    return { next: (ms) => change.wait(Math.min(ms, POLL_INTERVAL)), close };
  }

  #run(
    script: keyof typeof SCRIPTS,
    key: string,
    parts: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    const keys = parts.map((part) => this.#keyOf(key, part));
    return this.#connection.run(SCRIPTS[script], keys, args.map(String));
  }

  /** A cluster assigns a slot by the part in braces, so all keys of one operation share a slot. */
  #keyOf(key: string, part: string): string {
    return `${this.#prefix}:{${key.replace(/[{}%]/g, encodeURIComponent)}}:${part}`;
  }
}
