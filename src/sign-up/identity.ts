import type { FieldMeaning } from '../challenge/account-form/field-meaning.ts';
import { wordsOf } from '../challenge/account-form/field-meaning.ts';
import type { LocatedField } from '../challenge/page/look-at-sign-up.ts';
import { TwoFactorError } from '../core/errors.ts';
import { Secret } from '../secret/secret.ts';
import { type Person, generatePerson } from './person.ts';
import { generatePassword, satisfiesRules } from '../secret/generate-password.ts';
import { type PasswordRules, passwordRulesOf } from '../secret/password-rules.ts';
import { fitsUsername, generateUsername } from './username.ts';

/** A persona, as far as a sign-up needs it. */
export interface SignUpPersona {
  readonly name: string;
  /** Text that the plausible person is made from. The same text makes the same person. */
  readonly seed: string;
  /** User name that was chosen for it; undefined if any will do. */
  readonly username: string | undefined;
  readonly password: Secret | undefined;
  /** @throws TwoFactorError `PERSONA_INCOMPLETE` */
  email(): string;
  /** @throws TwoFactorError `PERSONA_INCOMPLETE` */
  phone(): string;
}

/** The values that a persona gives to the fields of a sign-up. */
export class SignUpIdentity {
  readonly persona: SignUpPersona;
  readonly #values: Readonly<Record<string, string>>;
  #person: Person | undefined;
  #username: string | undefined;
  #password: Secret | undefined;
  /** Words of refusals about the field of the password. */
  #told = '';

  constructor(persona: SignUpPersona, values: Readonly<Record<string, string>>) {
    this.persona = persona;
    this.#values = values;
    this.#username = persona.username;
    this.#password = persona.password;
  }

  /** The password, once `passwordFor()` has chosen it. */
  get password(): Secret | undefined {
    return this.#password;
  }

  /** The user name, if a form has asked for one. */
  get username(): string | undefined {
    return this.#username;
  }

  async person(): Promise<Person> {
    return (this.#person ??= await generatePerson(this.persona.seed));
  }

  /** Returns the value that the caller gives to a field: by its meaning, its label or its name. */
  given({ meaning, label, controls }: LocatedField): string | undefined {
    // A password is typed where no trace shows it.
    if (meaning === 'password' || meaning === 'password-confirm' || meaning === 'current-password') return undefined;
    const names = new Set(controls.flatMap(({ names: all }) => all.split(' ').map(wordsOf)));
    const text = label.toLowerCase();
    const entries = Object.entries(this.#values);
    const found =
      entries.find(([key]) => wordsOf(key) === wordsOf(meaning)) ??
      entries.find(([key]) => text.includes(key.toLowerCase()) || names.has(wordsOf(key)));
    return found?.[1];
  }

  /** Returns the user name for a field. Undefined if none satisfies its rules. */
  async usernameFor(field: LocatedField): Promise<string | undefined> {
    const { pattern, maxLength } = field.controls[0]!;
    const rules = { minLength: field.view.minLength, maxLength, pattern };
    if (this.#username !== undefined && fitsUsername(this.#username, rules)) return this.#username;
    const { givenName } = await this.person();
    return (this.#username = generateUsername(givenName, rules));
  }

  /** Forgets the user name, because somebody else has it. */
  refuseUsername(): void {
    this.#username = undefined;
  }

  /** Returns the password for a field: that of the persona if it satisfies the rules, else a new one. Undefined if none does. */
  passwordFor(field: LocatedField): Secret | undefined {
    const rules = this.rulesOf(field);
    if (!this.#password || !satisfiesRules(this.#password.reveal(), rules)) this.#password = this.#generated(rules);
    return this.#password;
  }

  #generated(rules: PasswordRules): Secret | undefined {
    try {
      return new Secret(`${this.persona.name}/password`, generatePassword(rules));
    } catch (error) {
      if (error instanceof TwoFactorError) return undefined;
      throw error;
    }
  }

  /** Forgets the password, because the site refused it. @param told words of the site */
  refusePassword(told: string): void {
    this.#told = told;
    this.#password = undefined;
  }

  rulesOf({ view, controls }: LocatedField): PasswordRules {
    const { pattern, maxLength, description, placeholder } = controls[0]!;
    const texts = [view.row, view.rowLabel, description, placeholder, this.#told].filter(Boolean);
    const minLength = Math.max(view.minLength, validatedLength(view.rules));
    return passwordRulesOf({ passwordRules: view.rules, minLength, maxLength, pattern, texts });
  }
}

/** Minimum length in the attributes of a validation script; -1 if there is none. */
function validatedLength(rules: string): number {
  const lengths = [...rules.matchAll(/data-(?:val-length-min|minlength|min-length):\s*(\d+)/g)];
  return Math.max(-1, ...lengths.map(([, digits]) => Number(digits)));
}

/** Meanings whose fields may stay empty, because few sites need them and some use them as traps. */
export const OPTIONAL: ReadonlySet<FieldMeaning> = new Set<FieldMeaning>([
  'website',
  'organization',
  'title',
  'gender',
  'phone',
  'birth-date',
  'birth-day',
  'birth-month',
  'birth-year',
  'street',
  'city',
  'postal-code',
  'region',
  'country',
]);
