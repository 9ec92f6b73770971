import type { Runtime } from '../core/runtime.ts';
import type { OpenLedger } from '../ledger/ledger.ts';
import { closed } from './errors.ts';

/** The time in which a persona may be used. Afterwards, everything that it does fails at once with the reason. */
export class Lifetime {
  /** The given runtime, for as long as the persona is open. */
  readonly runtime: Runtime;
  readonly check: () => void;
  #isOver = false;

  /** @param name name of the persona */
  constructor(name: string, runtime: Runtime) {
    this.check = () => {
      if (this.#isOver) throw closed(name);
    };
    const step = async <T>(title: string, body: () => Promise<T>): Promise<T> => {
      this.check();
      return await runtime.step(title, body);
    };
    // Inherited, because some of its members change.
    this.runtime = Object.assign(Object.create(runtime) as Runtime, { step });
  }

  /** Returns an opener of the ledger that fails after the end. */
  guard(openLedger: OpenLedger): OpenLedger {
    return async () => {
      this.check();
      return await openLedger();
    };
  }

  end(): void {
    this.#isOver = true;
  }
}
