import { TwoFactorError } from '../core/errors.ts';
import type { OpenLedger } from '../ledger/ledger.ts';
import { ownerName } from '../ledger/acquire-lease.ts';
import type { Runtime } from '../core/runtime.ts';
import { registerSecret } from '../secret/secret.ts';
import { fingerprint } from './fingerprint.ts';

/** The recovery codes of a persona: a site takes each of them once. */
export class RecoveryCodes {
  readonly #owner: string;
  readonly #runtime: Runtime;
  readonly #openLedger: OpenLedger | undefined;
  #codes: readonly string[];

  /** @param openLedger where all that use the codes write down how many they took */
  constructor(owner: string, codes: readonly string[], runtime: Runtime, openLedger: OpenLedger | undefined) {
    this.#owner = owner;
    this.#runtime = runtime;
    this.#openLedger = openLedger;
    this.#codes = this.#kept(codes);
  }

  /** How many codes it was given, used or not. */
  get count(): number {
    return this.#codes.length;
  }

  /** Takes over the codes that a site shows, in the place of those before. */
  enroll(codes: readonly string[]): void {
    this.#codes = this.#kept(codes);
  }

  /**
   * A code that nobody was given before, on any machine that shares the ledger. It is spent by that, whether it is typed
   * or not.
   *
   * @throws TwoFactorError `RECOVERY_CODES_SPENT` when there is none left; `LEDGER_UNREACHABLE` or `LEDGER_REFUSED`
   */
  async code(): Promise<string> {
    const last = this.#codes.length - 1;
    if (last < 0 || !this.#openLedger) throw this.#spent();
    const ledger = await this.#openLedger();
    const key = `recovery/${fingerprint({ key: Buffer.from(this.#codes.join('\n')) })}`;
    const taken = await ledger.nextValue(key, { owner: ownerName(this.#runtime), atMost: last });
    if (!taken.isMine) throw this.#spent();
    return this.#codes[taken.number]!;
  }

  #kept(codes: readonly string[]): readonly string[] {
    for (const code of codes) registerSecret(`${this.#owner}/recovery code`, code);
    return [...codes];
  }

  #spent(): TwoFactorError {
    const what = this.count === 0 ? 'has no recovery codes' : `has used all of its ${this.count} recovery codes`;
    return new TwoFactorError(
      'RECOVERY_CODES_SPENT',
      `Persona "${this.#owner}" ${what}. Make new ones on the site, and store them: npx playwright-2fa vault set ${this.#owner} recovery-codes, or \`recoveryCodes\` in the configuration.`,
    );
  }
}
