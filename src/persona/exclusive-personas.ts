import { TwoFactorError } from '../core/errors.ts';
import type { Lease, OpenLedger } from '../ledger/ledger.ts';

/** The tests before this one may take their time, in milliseconds. Who died is noticed before. */
const TIMEOUT = 30 * 60_000;

export interface ExclusivePersonasOptions {
  readonly ledger: OpenLedger;
  /** Name of the holder, for those who wait. */
  readonly owner: string;
  /** How long to wait for one, in milliseconds. @default 30 minutes */
  readonly timeout?: number;
}

/** The personas that one test, or one job, has to itself until it ends. */
export class ExclusivePersonas {
  readonly #options: ExclusivePersonasOptions;
  readonly #taken = new Map<string, Promise<Lease>>();

  constructor(options: ExclusivePersonasOptions) {
    this.#options = options;
  }

  /**
   * Waits until nobody else is this persona, first come first served.
   *
   * @throws TwoFactorError `LEASE_TIMEOUT`
   */
  async acquire(name: string): Promise<void> {
    const lease = this.#taken.get(name) ?? this.#lease(name, this.#timeout);
    this.#taken.set(name, lease);
    lease.catch(() => this.#taken.delete(name)); // told to whoever asked
    await lease;
  }

  /**
   * Takes one of several: the first that is free, in their order, or else the one that comes free first.
   *
   * @throws TwoFactorError `LEASE_TIMEOUT`
   */
  async acquireAny(names: readonly string[]): Promise<string> {
    const held = names.find((name) => this.#taken.has(name));
    if (held !== undefined) return held;
    for (const name of names) {
      const lease = await this.#lease(name, 0).catch(unlessHeld);
      if (lease) return this.#keep(name, lease);
    }
    return await this.#takeNext(names);
  }

  /** Gives all back. @throws TwoFactorError `LEASE_LOST` when another may have been one of them at the same time */
  async release(): Promise<void> {
    const leases = await Promise.all(this.#taken.values());
    this.#taken.clear();
    await Promise.all(leases.map((lease) => lease.release()));
    for (const { lost } of leases) if (lost.aborted) throw lost.reason;
  }

  /** Stands in all lines at once, and leaves the others as soon as one is through. */
  async #takeNext(names: readonly string[]): Promise<string> {
    const over = new AbortController();
    const lines = names.map(async (name) => ({ name, lease: await this.#lease(name, this.#timeout, over.signal) }));
    try {
      const first = await Promise.any(lines);
      over.abort();
      const others = (await Promise.allSettled(lines)).flatMap((line) => ('value' in line ? [line.value] : []));
      await Promise.all(others.filter(({ name }) => name !== first.name).map(({ lease }) => lease.release()));
      return this.#keep(first.name, first.lease);
    } catch (error) {
      throw error instanceof AggregateError ? error.errors[0] : error;
    }
  }

  #keep(name: string, lease: Lease): string {
    this.#taken.set(name, Promise.resolve(lease));
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
    return this.#options.timeout ?? TIMEOUT;
  }
}

function unlessHeld(error: unknown): undefined {
  if (!(error instanceof TwoFactorError) || error.code !== 'LEASE_TIMEOUT') throw error;
}
