import { randomUUID } from 'node:crypto';
import { AsyncEvent } from './async-event.ts';
import { type Notices, type LeaseQueue, type Ticket, holdLease } from './lease.ts';
import type {
  Claim,
  CountOptions,
  Lease,
  LeaseOptions,
  Ledger,
  QueuePosition,
  CounterValue,
  NextValueOptions,
  Versioned,
} from './ledger.ts';
import { RedisConnection } from './redis-connection.ts';
import { SCRIPTS } from './redis-scripts.ts';

/** A day more than is promised, in milliseconds. */
const KEPT = 72 * 3_600_000;
const PATIENCE = 10_000;
const PREFIX = 'playwright-2fa';

export interface RedisLedgerOptions {
  /**
   * `redis://` or `rediss://` (TLS), with user, password, port and database as usual, and `?prefix=` for what all keys
   * start with. @default prefix 'playwright-2fa'
   */
  readonly url: string;
  /** How long a call may take, with all attempts to connect again, in milliseconds. @default 10_000 */
  readonly patience?: number;
}

/** A ledger in Redis or Valkey, for processes on any machines. */
export function redisLedger(options: RedisLedgerOptions): Ledger {
  return new RedisLedger(options);
}

class RedisLedger implements Ledger {
  readonly name: string;
  readonly #connection: RedisConnection;
  readonly #prefix: string;

  constructor({ url, patience = PATIENCE }: RedisLedgerOptions) {
    const parsed = new URL(url);
    this.name = `Redis at ${parsed.host}`;
    this.#prefix = parsed.searchParams.get('prefix') ?? PREFIX;
    parsed.search = '';
    this.#connection = new RedisConnection({ url: parsed.href, name: this.name, patience });
  }

  async claim(key: string, owner: string): Promise<Claim> {
    const [isMine, who] = (await this.#run('claim', key, ['claim'], [randomUUID(), owner, KEPT])) as [number, string];
    return { isMine: isMine === 1, owner: who };
  }

  async nextValue(
    key: string,
    { owner, atLeast = 0, atMost, ephemeral = false }: NextValueOptions,
  ): Promise<CounterValue> {
    const args = [randomUUID(), owner, atLeast, atMost ?? '', ephemeral ? KEPT : ''];
    const reply = await this.#run('nextValue', key, ['counter', 'recent'], args);
    const [isMine, number, who] = reply as [number, number, string];
    return { isMine: isMine === 1, number, owner: who };
  }

  async highest(key: string): Promise<number | undefined> {
    const number = (await this.#run('highest', key, ['counter'], [])) as string | null;
    return number === null ? undefined : Number(number);
  }

  async lease(key: string, options: LeaseOptions): Promise<Lease> {
    return await holdLease(this.#line(key), key, options);
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

  #line(key: string): LeaseQueue {
    const channel = this.#keyOf(key, 'changes');
    const parts = ['line', 'until', 'holders'];
    return {
      stand: async ({ id, owner, ttl }: Ticket, enter: boolean): Promise<QueuePosition | undefined> => {
        const args = [id, owner, ttl, enter ? 1 : 0, channel, KEPT];
        const reply = await this.#run('enqueueOrRenew', key, [...parts, 'fence'], args);
        const [ahead, fence, by] = reply as [number?, number?, string?];
        return ahead === undefined || fence === undefined ? undefined : { ahead, fence, owner: by ?? 'another' };
      },
      leave: async ({ id }) => void (await this.#run('leave', key, parts, [id, channel])),
      listen: () => this.#listen(channel),
    };
  }

  /** Whatever goes wrong here, looking again does without it. */
  async #listen(channel: string): Promise<Notices> {
    const bell = new AsyncEvent();
    const subscribed = this.#connection.subscribe(channel, () => bell.ring());
    const close = await subscribed.catch(() => () => undefined);
    return { next: (ms) => bell.next(ms), close };
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

  /** What stands in braces decides where in a cluster a key lies: all keys of one operation lie together. */
  #keyOf(key: string, part: string): string {
    return `${this.#prefix}:{${key.replace(/[{}%]/g, encodeURIComponent)}}:${part}`;
  }
}
