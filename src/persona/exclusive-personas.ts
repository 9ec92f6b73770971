import { TwoFactorError } from '../core/errors.ts';
import { type LongWaits, reportLongWait } from '../core/long-wait.ts';
import { LEASE_TIMEOUT } from '../ledger/acquire-lease.ts';
import type { Lease, OpenLedger } from '../ledger/ledger.ts';

export interface ExclusivePersonasOptions extends LongWaits {
  readonly ledger: OpenLedger;
  /** Name of the holder, for those who wait. */
  readonly owner: string;
  /** Maximum wait for a persona, in milliseconds. Leases of crashed holders end sooner. @default 30 minutes */
  readonly timeout?: number;
}

/** Personas that one test or job has exclusively until it ends. */
export class ExclusivePersonas {
  readonly #options: ExclusivePersonasOptions;
  readonly #leases = new Map<string, Promise<Lease>>();

  constructor(options: ExclusivePersonasOptions) {
    this.#options = options;
  }

  /**
   * Acquires one persona, first come first served.
   *
   * @throws TwoFactorError `LEASE_TIMEOUT`
   */
  async acquire(name: string): Promise<void> {
    const lease = this.#leases.get(name) ?? this.#waitFor(`persona "${name}"`, () => this.#lease(name, this.#timeout));
    this.#leases.set(name, lease);
    lease.catch(() => this.#leases.delete(name)); // The caller gets the error.
    await lease;
  }

  /**
   * Acquires one of several personas: the first in the list that is free, else the first that becomes free.
   *
   * @throws TwoFactorError `LEASE_TIMEOUT`
   */
  async acquireAny(names: readonly string[]): Promise<string> {
    const held = names.find((name) => this.#leases.has(name));
    if (held !== undefined) return held;
    for (const name of names) {
      const lease = await this.#lease(name, 0).catch(unlessHeld);
      if (lease) return this.#keep(name, lease);
    }
    return await this.#waitFor(`one of the personas ${names.join(', ')}`, () => this.#acquireNext(names));
  }

  /** Releases all personas. @throws TwoFactorError `LEASE_LOST` if another holder may have had one at the same time */
  async release(): Promise<void> {
    const leases = await Promise.all(this.#leases.values());
    this.#leases.clear();
    // Asks the ledger: a test that blocked the process until its end leaves no time to notice a loss.
    const checks = await Promise.allSettled(leases.map((lease) => lease.check()));
    await Promise.all(leases.map((lease) => lease.release()));
    for (const check of checks) if (check.status === 'rejected') throw check.reason;
  }

  async #waitFor<T>(what: string, work: () => Promise<T>): Promise<T> {
    const { longWait } = this.#options;
    const describe = (): string => `${what}, which other tests or jobs use`;
    return await reportLongWait({ longWait }, describe, work);
  }

  /** Waits in all queues at once, and leaves the others as soon as one lease is acquired. */
  async #acquireNext(names: readonly string[]): Promise<string> {
    const acquired = new AbortController();
    const queues = names.map(async (name) => ({
      name,
      lease: await this.#lease(name, this.#timeout, acquired.signal),
    }));
    try {
      const first = await Promise.any(queues);
      acquired.abort();
      const others = (await Promise.allSettled(queues)).flatMap((one) => ('value' in one ? [one.value] : []));
      await Promise.all(others.filter(({ name }) => name !== first.name).map(({ lease }) => lease.release()));
      return this.#keep(first.name, first.lease);
    } catch (error) {
      throw error instanceof AggregateError ? error.errors[0] : error;
    }
  }

  #keep(name: string, lease: Lease): string {
    this.#leases.set(name, Promise.resolve(lease));
    return name;
  }

  async #lease(name: string, timeout: number, signal?: AbortSignal): Promise<Lease> {
    const ledger = await this.#options.ledger();
    return await ledger.lease(`persona/${name}`, {
      timeout,
      owner: this.#options.owner,
      ...(signal ? { signal } : {}),
    });
  }

  get #timeout(): number {
    return this.#options.timeout ?? LEASE_TIMEOUT;
  }
}

function unlessHeld(error: unknown): undefined {
  if (!(error instanceof TwoFactorError) || error.code !== 'LEASE_TIMEOUT') throw error;
}
