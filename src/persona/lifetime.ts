import type { Runtime } from '../core/runtime.ts';
import type { OpenLedger } from '../ledger/ledger.ts';
import type { Source, SourceWatch } from '../sources/source.ts';
import { closed } from './errors.ts';

/** The time in which a persona may be used. Afterwards, all that it needs for its work fails at once with the reason. */
export class Lifetime {
  readonly #name: string;
  #isOver = false;

  /** @param name name of the persona */
  constructor(name: string) {
    this.#name = name;
  }

  /** Returns the runtime, whose steps fail after the end. */
  runtime(runtime: Runtime): Runtime {
    const step = async <T>(title: string, body: () => Promise<T>): Promise<T> => {
      this.#check();
      return await runtime.step(title, body);
    };
    // Inherited, because some of its members change.
    return Object.assign(Object.create(runtime) as Runtime, { step });
  }

  /** Returns the opener of the ledger, which fails after the end. */
  ledger(openLedger: OpenLedger): OpenLedger {
    return async () => {
      this.#check();
      return await openLedger();
    };
  }

  /** Returns the source, whose watches fail after the end. */
  source(source: Source): Source {
    const watch: Source['watch'] = async (kind, address) => this.#watch(await source.watch(kind, address));
    return new Proxy(source, { get: (target, key) => (key === 'watch' ? watch : memberOf(target, key)) });
  }

  end(): void {
    this.#isOver = true;
  }

  #watch(watch: SourceWatch): SourceWatch {
    const get = (target: SourceWatch, key: string | symbol): unknown => {
      if (key !== 'close') this.#check();
      return memberOf(target, key);
    };
    return new Proxy(watch, { get });
  }

  #check(): void {
    if (this.#isOver) throw closed(this.#name);
  }
}

/** Returns a member of an object that may have private fields, which only the object itself can reach. */
function memberOf(target: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key, target);
  return typeof value === 'function' ? (value.bind(target) as unknown) : value;
}
