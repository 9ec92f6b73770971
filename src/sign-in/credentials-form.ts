import type { Locator } from '@playwright/test';
import type { PageReading } from '../challenge/page/look.ts';
import { TwoFactorError } from '../core/errors.ts';
import type { Secret } from '../secret/secret.ts';
import { READY_TIMEOUT, requirePresent, wasCleared } from './click.ts';
import type { SignInCredentials } from './credentials.ts';

/** Role of a field that a secret of the persona fills. */
type SecretRole = 'password' | 'memorable-word';

/** Fills the fields of a sign-in form: user name, password, single characters of a password, and a code beside them. */
export class CredentialsForm {
  readonly #credentials: SignInCredentials;
  readonly #reading: PageReading;
  readonly #code: Secret | undefined;
  /** Indexes of the fields to fill. A code field without a code stays empty. */
  readonly #indexes: readonly number[];

  /** @param code code for a form that asks for it together with the password */
  constructor(credentials: SignInCredentials, reading: PageReading, code: Secret | undefined) {
    this.#credentials = credentials;
    this.#reading = reading;
    this.#code = code;
    this.#indexes = reading.challenge.fields.flatMap(({ role }, index) =>
      code === undefined && (role === 'code' || role === 'recovery-code') ? [] : [index],
    );
  }

  /** Last field that is filled. */
  get last(): Locator | undefined {
    return this.#fields.at(-1);
  }

  get #fields(): Locator[] {
    return this.#indexes.map((index) => this.#reading.locators.fields[index]!);
  }

  /** Fills the fields, and again if a late script cleared them. @throws ElementGone if a field is gone */
  async fill(): Promise<void> {
    await requirePresent(...this.#fields);
    await this.#fillOnce();
    if (await wasCleared(this.#fields)) await this.#fillOnce();
  }

  async #fillOnce(): Promise<void> {
    const { challenge, locators } = this.#reading;
    const timeout = READY_TIMEOUT;
    for (const index of this.#indexes) {
      const { role, positions } = challenge.fields[index]!;
      const field = locators.fields[index]!;
      const kind = locators.identifiers[index] ?? 'username';
      if (role === 'identifier') await field.fill(this.#credentials.identifier(kind), { timeout });
      else if (role === 'code' || role === 'recovery-code') await this.#credentials.fillCode(field, this.#code!);
      else if (positions) await this.#fillCharacters(field, role, positions);
      else if (role === 'password') await this.#credentials.fillPassword(field, { timeout });
      else await this.#credentials.fillCode(field, this.#credentials.memorableWord(), { timeout });
    }
  }

  /** Fills the characters at some positions of a secret, one per box or drop-down. */
  async #fillCharacters(boxes: Locator, role: SecretRole, positions: readonly number[]): Promise<void> {
    const characters = this.#credentials.characters(role, positions);
    const isList = await boxes.first().evaluate((element) => element instanceof HTMLSelectElement);
    if (!isList) return await this.#credentials.fillCode(boxes, characters, { timeout: READY_TIMEOUT });
    const problem = await boxes.evaluateAll(chooseInPage, characters.reveal());
    if (problem !== undefined)
      throw new TwoFactorError('FILL_FAILED', `Could not choose ${String(characters)}: ${problem}`);
  }
}

/** Runs in the page. Chooses a character in each drop-down. */
function chooseInPage(lists: Element[], characters: string): string | undefined {
  for (const [index, list] of (lists as HTMLSelectElement[]).entries()) {
    const character = characters[index] ?? '';
    const options = [...list.options];
    const isSame = (a: string, b: string): boolean => a.trim().toLowerCase() === b.toLowerCase();
    const option =
      options.find(({ value, text }) => value === character || text.trim() === character) ??
      options.find(({ value, text }) => isSame(value, character) || isSame(text, character));
    if (!option) return `The list ${index + 1} has no such character.`;
    list.value = option.value;
    for (const type of ['input', 'change']) list.dispatchEvent(new Event(type, { bubbles: true }));
  }
  return undefined;
}
