import { TwoFactorError, reasonOf } from '../core/errors.ts';
import type { Persona } from './persona.ts';

/** A function that deletes the account of a persona. */
type Remove = (persona: Persona) => unknown;

/** An account that a new persona has made. */
export interface MadeAccount {
  readonly email: string;
  /** Origins of the sites. Empty if they are unknown, because the test itself made the account. */
  readonly origins: readonly string[];
  readonly outcome: 'deleted' | 'left' | 'saved';
}

export interface DisposalResult {
  readonly accounts: readonly MadeAccount[];
  /** Error of the first function that failed; `undefined` if none did. */
  readonly failure: Error | undefined;
}

/** Deletes the accounts of new personas at the end of a test. */
export class Disposal {
  readonly #removes: Remove[] = [];
  readonly #personas = new Set<Persona>();
  readonly #running = new Map<Persona, Promise<void>>();
  readonly #deleted = new Set<Persona>();

  /** Adds a function that deletes accounts. */
  onDispose(remove: Remove): void {
    this.#removes.push(remove);
  }

  /** Adds a new persona, whose accounts are deleted at the end. */
  add(persona: Persona): void {
    this.#personas.add(persona);
  }

  /** Deletes the accounts of a persona, once. @throws TwoFactorError `DISPOSE_FAILED` */
  async of(persona: Persona): Promise<void> {
    const running = this.#running.get(persona) ?? this.#remove(persona);
    this.#running.set(persona, running);
    await running;
  }

  /** Deletes the accounts of all new personas that are not saved. Returns the accounts, and the first failure. */
  async all(): Promise<DisposalResult> {
    const unsaved = [...this.#personas].filter(({ traces }) => traces.savedAs === undefined);
    const results = await Promise.allSettled(this.#removes.length > 0 ? unsaved.map((one) => this.of(one)) : []);
    const failed = results.find((result) => result.status === 'rejected');
    const accounts = [...this.#personas].flatMap((persona) => this.#madeBy(persona));
    return { accounts, failure: failed?.reason instanceof Error ? failed.reason : undefined };
  }

  #madeBy(persona: Persona): MadeAccount[] {
    const { accounts, savedAs } = persona.traces;
    const isDeleted = this.#deleted.has(persona);
    const isAttempted = this.#removes.length > 0 && this.#running.has(persona);
    if (accounts.length === 0 && savedAs === undefined && !isAttempted) return [];
    const outcome = isDeleted ? 'deleted' : savedAs === undefined ? 'left' : 'saved';
    return [{ email: persona.email, origins: accounts, outcome }];
  }

  async #remove(persona: Persona): Promise<void> {
    const results = await Promise.allSettled(this.#removes.map(async (remove) => await remove(persona)));
    const problems = results.flatMap((result) => (result.status === 'rejected' ? [reasonOf(result.reason)] : []));
    if (problems.length === 0) return void (this.#removes.length > 0 && this.#deleted.add(persona));
    const list = problems.map((problem) => `\n  - ${problem}`).join('');
    const text = `The account of persona "${persona.name}" may still exist: a function of personas.onDispose() has failed. Delete it by hand.${list}`;
    throw new TwoFactorError('DISPOSE_FAILED', text);
  }
}
