import type { PageReading } from '../challenge/page/look.ts';
import type { TwoFactorError } from '../core/errors.ts';
import { says } from '../language/page/index.ts';
import { AddressConfirmation, isUnconfirmed } from './address-confirmation.ts';
import type { ChallengeResponder } from './challenge-responder.ts';
import { describeDialog } from './dialogs.ts';
import { passkeyRefused } from './errors.ts';
import { failureIn } from './failed-address.ts';
import { CODES_OF_A_PERSON } from './human-handoff.ts';
import { formProblems } from './form-problems.ts';
import type { SignInContext } from './sign-in-context.ts';

const CODE_HELP =
  'Check the seed and the clocks (totp), and that nothing else uses codes of this persona at the same time. `attempts` sets the number of attempts; more attempts may lock the account.';
const CREDENTIALS_HELP =
  'Check the credentials, and that the user exists. They are not sent again for some minutes, because that could lock the account.';
const UNSENT_HELP =
  'Nothing was refused. Fill in what the form requires, then call `signIn` without a URL, or check that the button works.';

/** Handles refusals: tells a refusal from a form that was not sent, and decides whether to try again. */
export class Refusals {
  readonly #context: SignInContext;
  readonly #responder: ChallengeResponder;
  readonly #confirmation: AddressConfirmation;

  constructor(context: SignInContext, responder: ChallengeResponder) {
    this.#context = context;
    this.#responder = responder;
    this.#confirmation = new AddressConfirmation(context, responder);
  }

  /** Records a lockout. @throws TwoFactorError `SIGN_IN_LOCKED` */
  async locked(): Promise<never> {
    const { credentials, words } = this.#context;
    await credentials.refused('lockout', words?.text);
    throw this.#context.fail('SIGN_IN_LOCKED', `The site has locked out ${credentials.name}: "${words?.text ?? ''}".`);
  }

  /**
   * Records that the last answer was refused. Returns if another one may be given.
   *
   * @param status what tells of the refusal, if the page itself does not: `HTTP 403`, `error=INVALID_TOKEN`
   * @throws TwoFactorError `SIGN_IN_REFUSED`, `SIGN_IN_LOCKED`, `ACCOUNT_UNCONFIRMED` or `CHALLENGE_UNANSWERABLE`
   */
  async refused(reading: PageReading, status?: string): Promise<void> {
    const { progress, credentials, words, attempts, task } = this.#context;
    const { last } = progress;
    if (!last) return;
    if (words?.isLocked === true) return await this.locked();
    if (last.isPasskey) return await this.#passkeyRefused(reading);
    if (!last.proves && last.key !== 'identifier') {
      // The selected factor changed nothing, or it sent a code for the field that is already there.
      if (!this.#responder.canGuess(reading)) throw this.#responder.unanswerable(reading);
      progress.refused();
      return;
    }
    if (last.key.includes('password') && isUnconfirmed(words?.text)) return await this.#confirmation.run(words!.text);
    const part = refusedPart(last.key, words?.text);
    const isCode = part === 'code';
    const said = words?.isRefusal === true ? words.text : (status ?? words?.text);
    const mayRetry = last.key !== 'link-sent' && (await credentials.refused(isCode ? 'code' : 'password', said));
    const reason = said === undefined ? ' without a message' : said === status ? ` with ${status}` : `: "${said}"`;
    await this.#context.reportStep(`Refused${said === undefined ? '' : reason}`);
    const count = progress.timesAnswered(last.key);
    const isByPerson = this.#responder.handoff?.hasAsked(last.key) === true;
    const maxCount = isByPerson && task.attempts === undefined ? CODES_OF_A_PERSON : attempts;
    // A password is sent again only if it is another one.
    if (mayRetry && (!isCode || (count < maxCount && this.#canRetry(reading, last.key)))) {
      progress.refused(said);
      return;
    }
    const codes = count === 1 ? 'a code' : `${count} codes`;
    const subject = isCode ? codes : part === 'link-sent' ? 'the link by e-mail' : `the ${part}`;
    const what = `The site refused ${subject} of ${credentials.name}${reason}.`;
    throw this.#context.fail('SIGN_IN_REFUSED', what, isCode ? CODE_HELP : CREDENTIALS_HELP);
  }

  /** Records a refusal that the address of the next page tells, as `error=INVALID_TOKEN`. Throws as `refused()`. */
  async refusedByAddress(reading: PageReading): Promise<void> {
    const { page, progress } = this.#context;
    const failure = failureIn(page.url());
    const isNew = progress.before !== undefined && failureIn(progress.before.url) !== failure;
    if (failure !== undefined && isNew && progress.last?.proves) await this.refused(reading, failure);
  }

  /** True if the page takes another code. A new message comes only if the page can be asked for it. */
  #canRetry({ challenge, locators }: PageReading, key: string): boolean {
    if (challenge.fields.length === 0 && challenge.factors.length === 0) return false;
    const isSameField = challenge.fields.some(({ role }) => role === 'code');
    const isMessage = /^code by (?:email-code|sms-code)(?: or (?:email-code|sms-code|email-link))*$/.test(key);
    return !isSameField || !isMessage || locators.resend !== undefined || this.#responder.canAskHuman;
  }

  /**
   * Handles a form that the page did not send. Returns if the form may be sent again, which it may once.
   *
   * @throws TwoFactorError `FORM_NOT_SENT`
   */
  async unsent({ challenge, locators }: PageReading, key = ''): Promise<void> {
    const { progress, credentials, words } = this.#context;
    const dialogs = this.#context.dialogs.since(progress.last?.dialogs ?? 0);
    const problems = await formProblems(locators.fields);
    this.#responder.reuseLastCode();
    if (problems.length === 0 && dialogs.length === 0 && progress.tryOnce(`unsent ${key}`)) {
      progress.undoAnswer(key);
      return;
    }
    const button = challenge.submit ? ` after a click on "${challenge.submit.label}"` : '';
    const seen = [
      ...problems,
      ...dialogs.map((dialog) => `The page opened the ${describeDialog(dialog)}.`),
      ...(words && dialogs.length === 0 ? [`The page says "${words.text}".`] : []),
    ];
    const what = [`The page did not send the form of ${credentials.name}${button}.`, ...seen].join(' ');
    throw this.#context.fail('FORM_NOT_SENT', what, UNSENT_HELP);
  }

  /** Creates the error for a refused passkey. */
  passkeyError(): TwoFactorError {
    const { credentials, words, reading, page, progress } = this.#context;
    const { path } = progress;
    return passkeyRefused({ challenge: reading!.challenge, url: page.url(), path }, credentials.name, words?.text);
  }

  async #passkeyRefused(reading: PageReading): Promise<void> {
    if (this.#context.words?.isRefusal === true || !this.#responder.hasAlternative(reading)) throw this.passkeyError();
    await this.#context.reportStep('Passkey not sufficient, trying another factor');
    this.#context.progress.refused();
  }
}

/** Returns what a refusal is about. A password and a code that were sent together are refused together, unless the site names one. */
function refusedPart(key: string, words = ''): string {
  const hasPassword = key.includes('password');
  if (!hasPassword || !key.includes('code')) return key.includes('code') ? 'code' : key;
  const namesCode = says(words, 'code', 'app', 'recovery');
  const namesPassword = says(words, 'password', 'username');
  if (namesCode === namesPassword) return 'password or the code';
  return namesCode ? 'code' : 'identifier and password';
}
