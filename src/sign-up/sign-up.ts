import type { Page } from '@playwright/test';
import type { Challenge } from '../challenge/challenge.ts';
import type { Runtime } from '../core/runtime.ts';
import type { CredentialKeeper } from '../sign-in/credential-keeper.ts';
import type { SignInCredentials } from '../sign-in/credentials.ts';
import type { SignInTask } from '../sign-in/sign-in-context.ts';
import { SignIn } from '../sign-in/sign-in.ts';
import { SignUpIdentity, type SignUpPersona } from './identity.ts';
import type { SignUpOptions } from './options.ts';
import { SignUpForms } from './sign-up-forms.ts';

/** Objects that a sign-up needs. */
export interface SignUpParts {
  readonly persona: SignUpPersona;
  readonly credentials: SignInCredentials;
  readonly keeper: CredentialKeeper;
  readonly runtime: Runtime;
}

/**
 * Creates an account on a page: fills its forms, answers the confirmation, and signs in where the site asks for it.
 *
 * @returns the challenge of the page at the end, of kind `signed-in`
 */
export async function signUp(page: Page, parts: SignUpParts, task: SignInTask & SignUpOptions): Promise<Challenge> {
  const { values = {}, accept = [], ...rest } = task;
  const identity = new SignUpIdentity(parts.persona, values);
  const forms = new SignUpForms(identity, parts.keeper, accept);
  try {
    const challenge = await new SignIn(page, parts.credentials, parts.runtime, { ...rest, accept, forms }).run();
    await forms.confirm();
    return challenge;
  } finally {
    await forms.withdraw();
  }
}
