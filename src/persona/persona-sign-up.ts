import type { Page } from '@playwright/test';
import type { Challenge } from '../challenge/challenge.ts';
import type { Runtime } from '../core/runtime.ts';
import type { CredentialKeeper } from '../sign-in/credential-keeper.ts';
import type { SignInCredentials } from '../sign-in/credentials.ts';
import type { SignInTask } from '../sign-in/sign-in-context.ts';
import type { SignUpOptions } from '../sign-up/options.ts';
import { signUp } from '../sign-up/sign-up.ts';
import type { PersonaSites } from './persona-sites.ts';

/** The persona that signs up. */
export interface SigningUpPersona {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly keeper: CredentialKeeper;
}

/** Signs a persona up at the site of a page. */
export class PersonaSignUp {
  readonly #persona: SigningUpPersona;
  readonly #sites: PersonaSites;
  readonly #seed: string;
  readonly #runtime: Runtime;

  /** @param seed text that the plausible person is made from */
  constructor(persona: SigningUpPersona, sites: PersonaSites, seed: string, runtime: Runtime) {
    this.#persona = persona;
    this.#sites = sites;
    this.#seed = seed;
    this.#runtime = runtime;
  }

  /** @returns the challenge of the page at the end */
  async run(page: Page, credentials: SignInCredentials, task: SignInTask & SignUpOptions): Promise<Challenge> {
    const persona = this.#persona;
    const { username, password } = this.#sites.ofUrl(task.url, page).credentials;
    const known = {
      ...{ name: persona.name, seed: this.#seed, username, password },
      email: () => persona.email,
      phone: () => persona.phone,
    };
    return await signUp(page, { persona: known, credentials, keeper: persona.keeper, runtime: this.#runtime }, task);
  }
}
