import { TwoFactorError } from '../../src/core/errors.ts';
import type { Claim, CounterValue, Lease, LeaseOptions, Ledger, NextValueOptions } from '../../src/ledger/ledger.ts';

/** A ledger in the memory of one process, for simulations: it costs no time. */
export class MemoryLedger implements Ledger {
  readonly name = 'the ledger in memory';
  readonly #claims = new Map<string, string>();
  readonly #counters = new Map<string, number>();
  readonly #values = new Map<string, { readonly version: number; readonly value: string | undefined }>();
  /** The holder of each lease, and after it the waiters. */
  readonly #queues = new Map<string, (() => void)[]>();
  #fence = 0;

  async claim(key: string, owner: string): Promise<Claim> {
    const known = this.#claims.get(key);
    if (known === undefined) this.#claims.set(key, owner);
    return { isMine: known === undefined, owner: known ?? owner };
  }

  async nextValue(key: string, { owner, atLeast = 0, atMost = Infinity }: NextValueOptions): Promise<CounterValue> {
    const last = this.#counters.get(key);
    const number = last === undefined ? atLeast : Math.max(last + 1, atLeast);
    if (number > atMost) return { isMine: false, number: last ?? -1, owner: '' };
    this.#counters.set(key, number);
    return { isMine: true, number, owner };
  }

  async highest(key: string): Promise<number | undefined> {
    return this.#counters.get(key);
  }

  async lease(key: string, { onWait, owner, timeout }: LeaseOptions): Promise<Lease> {
    const queue = this.#queues.get(key) ?? [];
    this.#queues.set(key, queue);
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve, reject) => {
      queue.push(resolve);
      if (queue.length === 1) return resolve();
      onWait?.({ ahead: queue.length - 1, owner, fence: this.#fence });
      timer = setTimeout(() => {
        queue.splice(queue.indexOf(resolve), 1);
        reject(new TwoFactorError('LEASE_TIMEOUT', key));
      }, timeout);
    });
    clearTimeout(timer);
    const own = queue[0];
    const isHeld = async (): Promise<boolean> => queue[0] === own;
    return {
      fence: ++this.#fence,
      lost: new AbortController().signal,
      isHeld,
      check: async () => undefined,
      renameFile: () => Promise.reject(new Error('this ledger has no files')),
      release: async () => {
        queue.shift();
        queue[0]?.();
      },
    };
  }

  async read(key: string): Promise<{ version: number; value: string | undefined }> {
    return this.#values.get(key) ?? { version: 0, value: undefined };
  }

  async compareAndSwap(key: string, version: number, value: string | undefined): Promise<boolean> {
    if ((this.#values.get(key)?.version ?? 0) !== version) return false;
    this.#values.set(key, { version: version + 1, value });
    return true;
  }

  async count(): Promise<number> {
    throw new Error('this ledger does not count');
  }

  async close(): Promise<void> {}
}
