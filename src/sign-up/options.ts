import type { SignInOptions } from '../sign-in/options.ts';

/**
 * Options of `persona.signUp()`.
 *
 * @example
 * await persona.signUp(page, '/sign-up', { values: { organization: 'Acme', 'Invitation code': 'K7Q2' } });
 */
export interface SignUpOptions extends SignInOptions {
  /**
   * Values of fields, by what a field asks for (`organization`, `birth-date`) or by its label. A date is `YYYY-MM-DD`, a
   * country its name. A password is not among them: the persona has its own.
   *
   * @default those of a plausible person; the e-mail address and the number of the persona
   */
  readonly values?: Readonly<Record<string, string>>;
}
