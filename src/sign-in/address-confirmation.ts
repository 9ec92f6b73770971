import { TwoFactorError } from '../core/errors.ts';
import { speaksOf } from '../language/page/account.ts';
import { says } from '../language/page/index.ts';
import type { ChallengeResponder } from './challenge-responder.ts';
import { click } from './click.ts';
import type { SignInContext } from './sign-in-context.ts';

/** Time for the mail with the link, in milliseconds. A site that sends one does so when it refuses the sign-in. */
const DELIVERY = 10_000;
const HELP =
  'Open the link of the mail that the site sent when the account was made, or let the site send another one. The password was not refused.';

/** True if the words of a refusal say that the account or its address is not confirmed yet. */
export function isUnconfirmed(words: string | undefined): boolean {
  // "Verify your email and password, then try again" is about what was typed.
  return words !== undefined && speaksOf(words, 'unconfirmed') && !says(words, 'password');
}

/** Confirms the address of an account that a site lets nobody in without: opens the link that the site mails. */
export class AddressConfirmation {
  readonly #context: SignInContext;
  readonly #responder: ChallengeResponder;

  constructor(context: SignInContext, responder: ChallengeResponder) {
    this.#context = context;
    this.#responder = responder;
  }

  /**
   * Opens the link, once, and returns to the sign-in.
   *
   * @param said the site's words
   * @throws TwoFactorError `ACCOUNT_UNCONFIRMED` if no link comes, or if the site refuses again
   */
  async run(said: string): Promise<void> {
    const { page, progress, runtime, reading, pageIdle, deadline, task } = this.#context;
    const start = task.url ?? progress.before?.url ?? page.url();
    if (!progress.tryOnce('confirm the address'))
      throw this.#failure(said, 'The site still refuses after its link was opened.');
    if (!this.#context.credentials.factors.includes('email-link'))
      throw this.#failure(said, 'The persona reads no mail.');
    const resend = reading?.locators.resend;
    await runtime
      .step('Confirm the address', async () => {
        if (resend) await click(resend);
        await this.#responder.codes.openLink(page, deadline.signal, Math.min(DELIVERY, deadline.left()));
      })
      .catch((error: unknown) => {
        if (!(error instanceof TwoFactorError) || error.code !== 'CODE_TIMEOUT') throw error;
        throw this.#failure(said, `No mail with a link came within ${DELIVERY / 1000} s.`);
      });
    progress.path.push('confirmed the address');
    progress.refused(said);
    progress.startOver();
    await page.goto(start, { waitUntil: 'domcontentloaded', timeout: Math.max(1, deadline.left()) });
    pageIdle.touch();
  }

  #failure(said: string, seen: string): TwoFactorError {
    const { name } = this.#context.credentials;
    const what = `The site signs ${name} in only after the address is confirmed: "${said}". ${seen}`;
    return this.#context.fail('ACCOUNT_UNCONFIRMED', what, HELP);
  }
}
