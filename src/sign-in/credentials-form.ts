import type { Locator } from '@playwright/test';
import type { PageReading } from '../challenge/page/look.ts';
import type { Secret } from '../secret/secret.ts';
import { READY_TIMEOUT, requirePresent, wasCleared } from './click.ts';
import type { SignInCredentials } from './credentials.ts';

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
      else if (positions)
        await this.#credentials.fillCode(field, this.#credentials.characters(role, positions), { timeout });
      else if (role === 'password') await this.#credentials.fillPassword(field, { timeout });
      else await this.#credentials.fillCode(field, this.#credentials.memorableWord(), { timeout });
    }
  }
}
