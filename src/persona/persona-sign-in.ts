import type { Page } from '@playwright/test';
import type { Challenge } from '../challenge/challenge.ts';
import type { Runtime } from '../core/runtime.ts';
import { SignIn, type SignInTask } from '../sign-in/sign-in.ts';
import type { SignInCredentials } from '../sign-in/credentials.ts';
import type { SignInTurn } from './account.ts';
import type { PersonaKeeper } from './persona-keeper.ts';
import type { PersonaSite } from './persona-site.ts';
import { type SigningPersona, SiteCredentials } from './site-credentials.ts';
import { SignInTrial } from './sign-in-trial.ts';

/** Runs a sign-in with the credentials of a persona, from the first page to the last. */
export type SignInRun = (credentials: SignInCredentials) => Promise<Challenge>;

/** Signs a persona in, and settles changes of which it was not known whether the site had accepted them. */
export class PersonaSignIn {
  readonly #persona: SigningPersona;
  readonly #keeper: PersonaKeeper;
  readonly #runtime: Runtime;

  constructor(persona: SigningPersona, keeper: PersonaKeeper, runtime: Runtime) {
    this.#persona = persona;
    this.#keeper = keeper;
    this.#runtime = runtime;
  }

  /**
   * @param run does more than sign in: a sign-up
   * @returns the challenge of the page at the end
   */
  async run(page: Page, task: SignInTask, run?: SignInRun): Promise<Challenge> {
    const start = this.#persona.sites.ofUrl(task.url, page);
    start.binding.name(task.url);
    const turn = await this.#begin(start, task);
    const { passkeys } = start;
    const context = page.context();
    const mayUse = task.factors?.includes('passkey') ?? true;
    // A virtual authenticator is open only for a persona that has passkeys, or is about to register one.
    const isOpen = (mayUse && passkeys.count > 0) || passkeys.isOpenIn(context);
    try {
      const ring = isOpen ? await passkeys.open(context) : passkeys.forContext(context);
      // Forget uses before this sign-in.
      if (isOpen) await ring.wasUsed();
      const [trial, runtime] = [new SignInTrial(this.#keeper), this.#runtime];
      const credentials = new SiteCredentials(this.#persona, {
        ...{ page, start, turn, trial, runtime, passkeys: ring, hasAuthenticator: isOpen },
      });
      const challenge = await (run?.(credentials) ?? new SignIn(page, credentials, runtime, task).run());
      await trial.accepted();
      if (!task.once) await start.account?.accepted();
      return challenge;
    } finally {
      if (isOpen) await passkeys.close(context);
      await turn?.release();
    }
  }

  /** Waits for the turn to sign in. New values of which it is not known whether they are right are tried by one worker. */
  async #begin(site: PersonaSite, { once = false }: SignInTask): Promise<SignInTurn | undefined> {
    const { account } = site;
    await this.#keeper.refresh();
    if (!account) return undefined;
    if (!this.#isUnsettled(site)) {
      if (once) return (await account.check()) ?? undefined;
      const turn = await account.beginSignIn();
      await this.#keeper.refresh();
      return turn;
    }
    await account.check();
    const turn = await account.takeTurn();
    try {
      // Another worker may have settled it.
      await this.#keeper.refresh();
      await account.check();
      return turn;
    } catch (error) {
      await turn.release();
      throw error;
    }
  }

  #isUnsettled(site: PersonaSite): boolean {
    return this.#keeper.pending(site).length + this.#keeper.refused(site).length > 0;
  }
}
