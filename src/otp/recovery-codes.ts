import { TwoFactorError } from '../core/errors.ts';
import type { Runtime } from '../core/runtime.ts';
import { ownerName } from '../ledger/acquire-lease.ts';
import type { OpenLedger } from '../ledger/ledger.ts';
import { registerSecret } from '../secret/secret.ts';
import { fingerprint } from './fingerprint.ts';
import { personaVariable } from './persona-variable.ts';

/**
 * The recovery codes of a persona. A site accepts each of them once.
 *
 * @example
 * // Codes of a stored persona:
 * await page.getByLabel('Recovery code').fill(await persona.recoveryCodes.code());
 *
 * @example
 * // Codes that the site has just shown:
 * await persona.recoveryCodes.enroll(await page.locator('ul.codes li').allTextContents());
 */
export class RecoveryCodes {
  readonly #persona: string;
  readonly #runtime: Runtime;
  readonly #openLedger: OpenLedger | undefined;
  #codes: readonly string[];
  /**
   * Keeps codes that were enrolled.
   *
   * @internal
   */
  keep: ((codes: readonly string[]) => Promise<void>) | undefined;

  /**
   * @param persona the name of the persona
   * @param codes its recovery codes, in the order of use
   * @param openLedger opens the ledger in which all users of the codes claim them
   */
  constructor(persona: string, codes: readonly string[], runtime: Runtime, openLedger: OpenLedger | undefined) {
    this.#persona = persona;
    this.#runtime = runtime;
    this.#openLedger = openLedger;
    this.#codes = this.#registered(codes);
  }

  /** The number of codes, used or not. */
  get count(): number {
    return this.#codes.length;
  }

  /** Replaces the codes. @internal */
  use(codes: readonly string[]): void {
    this.#codes = this.#registered(codes);
  }

  /** Replaces the codes by those that a site shows, and keeps them. */
  async enroll(codes: readonly string[]): Promise<void> {
    this.use(codes);
    await this.keep?.(this.#codes);
  }

  /**
   * Claims the next unused code. Nobody else who shares the ledger gets it, on any machine, even if it is never typed.
   *
   * @throws TwoFactorError `RECOVERY_CODES_SPENT` if no code is left; `LEDGER_UNREACHABLE` or `LEDGER_REFUSED`
   */
  async code(): Promise<string> {
    const last = this.#codes.length - 1;
    if (last < 0 || !this.#openLedger) throw this.#spent();
    const ledger = await this.#openLedger();
    const key = `recovery/${fingerprint({ key: Buffer.from(this.#codes.join('\n')) })}`;
    const claim = await ledger.nextValue(key, { owner: ownerName(this.#runtime), atMost: last });
    if (!claim.isMine) throw this.#spent();
    return this.#codes[claim.number]!;
  }

  #registered(codes: readonly string[]): readonly string[] {
    for (const code of codes) registerSecret(`${this.#persona}/recovery code`, code);
    return [...codes];
  }

  #spent(): TwoFactorError {
    const problem = this.count === 0 ? 'has no recovery codes' : `has used all of its ${this.count} recovery codes`;
    return new TwoFactorError(
      'RECOVERY_CODES_SPENT',
      `Persona "${this.#persona}" ${problem}. Generate new ones on the site, then store them with \`npx playwright-2fa vault set ${this.#persona} recovery-codes\` or as \`recoveryCodes\` in the configuration or ${personaVariable(this.#persona, 'RECOVERY_CODES')}.`,
    );
  }
}
