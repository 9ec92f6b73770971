import type { Lease } from '../../src/ledger/ledger.ts';

/** A process that is killed in the middle of its work. From then on, none of its calls returns. */
export class Mortal {
  readonly #leases = new Set<Lease>();
  readonly #onEnd: () => void;
  #callsLeft: number;

  /**
   * @param calls number of calls and answers until the end
   * @param onEnd called at the end, after the leases of the process have expired
   */
  constructor(calls: number, onEnd: () => void) {
    this.#callsLeft = calls;
    this.#onEnd = onEnd;
  }

  get isDead(): boolean {
    return this.#callsLeft <= 0;
  }

  /** Returns an object whose methods are calls of the process. It may die before the call, or before it hears the answer. */
  wrap<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (_, key) => {
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          const call = (): unknown => Reflect.apply(value, target, args);
          return this.#call(key === 'release' && isLease(target) ? () => this.#release(target) : call);
        };
      },
    });
  }

  async #call(call: () => unknown): Promise<unknown> {
    if (this.#countDown()) return await never;
    const result: unknown = await call();
    if (isLease(result)) this.#leases.add(result);
    if (this.#countDown()) return await never;
    return isLease(result) ? this.wrap(result) : result;
  }

  async #release(lease: Lease): Promise<void> {
    if (this.#leases.delete(lease)) await lease.release();
  }

  /** Returns true after the end. */
  #countDown(): boolean {
    const wasDead = this.isDead;
    this.#callsLeft--;
    if (!this.isDead) return false;
    const expired = [...this.#leases].map((lease) => this.#release(lease));
    if (!wasDead) void Promise.all(expired).then(this.#onEnd);
    return true;
  }
}

const never = new Promise<never>(() => undefined);

function isLease(value: unknown): value is Lease {
  return typeof value === 'object' && value !== null && 'release' in value && 'isHeld' in value;
}
