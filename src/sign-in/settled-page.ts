import type { ElementLocators, PageReading } from '../challenge/page/look.ts';
import type { TwoFactorError } from '../core/errors.ts';
import { click } from './click.ts';
import { closedRootsOf } from './closed-roots.ts';
import type { PageActivity } from './page-idle.ts';
import { type SessionProof, proofOf } from './proof.ts';
import type { Refusals } from './refusals.ts';
import type { SignInContext } from './sign-in-context.ts';
import { StartAddress, pathOf } from './start-address.ts';

/** Maximum number of interstitials to dismiss. */
const MAX_INTERSTITIALS = 4;
/** Idle time after which a page without proof of a session is given up, in milliseconds. It may draw more until then. */
const UNPROVEN_AFTER = 5000;
/** HTTP statuses with which sites refuse an answer. */
const REFUSED_STATUS: ReadonlySet<number> = new Set([400, 401, 403, 422, 429]);
/** Query of an address that names the page to return to. */
const RETURN_QUERY = /[?&](?:[\w-]*(?:callback|redirect|return|continue|next|target|goto|dest)[\w-]*)=/i;
const NO_PROOF: SessionProof = { isProven: false, evidence: [] };
const PROOF_HELP =
  'If the page is signed in, pass `signedIn`: a locator, a path or a pattern that identifies a signed-in page. If the page asks for something, answer it yourself.';
const EXPIRED_HELP =
  'Pass `renewPassword: true` to signIn(), so that the persona gets a new password and keeps it; or set one by hand, and update the password of the persona.';
const CLOSED_ROOT_HELP =
  'Open the shadow roots for tests: build the site with `mode: "open"`, or replace `Element.prototype.attachShadow` in `page.addInitScript()` before the page loads.';

/** Handles a page without a challenge: a session, an interstitial, a page before the sign-in, or neither. */
export class SettledPage {
  readonly #context: SignInContext;
  readonly #refusals: Refusals;
  #interstitials = 0;
  /** The address that asked for an identity first. */
  #start: StartAddress | undefined;
  /** State of the page in which its start address was asked last. */
  #askedIn = '';

  constructor(context: SignInContext, refusals: Refusals) {
    this.#context = context;
    this.#refusals = refusals;
  }

  /** Notes that the page shows a challenge. The first one tells the address that asks for an identity. */
  noteChallenge(): void {
    const { page, task, deadline } = this.#context;
    const url = task.url !== undefined && URL.canParse(task.url) ? task.url : page.url();
    this.#start ??= new StartAddress(page, url, page.url(), deadline, (beside) => task.forms?.isOn(beside));
  }

  /** Returns true if the sign-in is complete, or `wait` if the page may still change. @param activity as of the reading */
  async handle(reading: PageReading, activity: PageActivity): Promise<boolean | 'wait'> {
    const { task, progress, pageIdle } = this.#context;
    const { challenge, locators, signs } = reading;
    const hasProven = progress.last?.proves === true;
    // A dialog of the application itself is left to the test.
    const isInside = hasProven && signs.session.length > 0 && challenge.kind !== 'enroll' && !this.#isAtSignIn();
    if (locators.dismiss && !isInside && this.#interstitials < MAX_INTERSTITIALS) {
      this.#interstitials++;
      await this.#context.reportStep('Dismiss interstitial');
      await click(locators.dismiss);
      pageIdle.touch();
      return false;
    }
    if (await this.openSignInPage(locators)) return false;
    if (await this.#confirm(reading)) return false;
    if (await this.#returnToWaitingPage(reading)) return false;
    await this.#checkStatus(reading);
    // After a sign-in without a password, the request for a new one is not a failure.
    const isDemanded = locators.wantsNewPassword && progress.hasAnswered('password') && task.once !== true;
    if (isDemanded && (task.renewPassword === true || task.signedIn === undefined)) {
      await this.#renewPassword();
      return false;
    }
    if (task.signedIn !== undefined) return this.wait();
    if (task.once === true && hasProven && (signs.asks.length === 0 || locators.wantsNewPassword)) return true;
    return await this.#prove(reading, activity);
  }

  /** Gives the site the new password that it requires, if the caller allows it. @throws TwoFactorError `PASSWORD_EXPIRED` */
  async #renewPassword(): Promise<void> {
    const { task, page, progress, credentials, pageIdle, deadline } = this.#context;
    if (task.renewPassword !== true || !credentials.renewPassword || !progress.tryOnce('new password'))
      throw this.#context.fail('PASSWORD_EXPIRED', 'The site requires a new password.', EXPIRED_HELP);
    await credentials.renewPassword(page, deadline.left());
    // The site may ask to sign in with it.
    progress.refused();
    progress.startOver();
    progress.path.push('new password');
    pageIdle.touch();
  }

  /** True if the page has the address where the last answer was given. */
  #isAtSignIn(): boolean {
    const { page, progress } = this.#context;
    return progress.before !== undefined && pathOf(progress.before.url) === pathOf(page.url());
  }

  /** Presses the only button of a page that asks to confirm the sign-in or to go on, once per page. Returns true if it did. */
  async #confirm({ signs, locators }: PageReading): Promise<boolean> {
    const { page, progress, runtime, pageIdle } = this.#context;
    const button = locators.proceed ?? locators.submit;
    // A page of the sign-in itself names the page that comes next in its address.
    const goesOn = signs.isLoneContinue && this.#isAtSignIn() && RETURN_QUERY.test(page.url());
    if (!(signs.isLoneVerify || goesOn) || !button || !progress.last?.proves) return false;
    if (!progress.tryOnce(`confirm on page ${pageIdle.documents}`)) return false;
    await runtime.step('Confirm', () => click(button));
    pageIdle.touch();
    return true;
  }

  /** Follows the sign-in link of a page without a challenge. Returns true if it did. */
  async openSignInPage({ signIn }: ElementLocators): Promise<boolean> {
    const { progress, runtime, pageIdle } = this.#context;
    if (progress.last || !signIn || !progress.tryOnce('sign-in link')) return false;
    await runtime.step('Open sign-in page', () => click(signIn));
    pageIdle.touch();
    return true;
  }

  /** Returns to the page that waited for a link, if the page of the link may be closed. Returns true if it did. */
  async #returnToWaitingPage({ signs }: PageReading): Promise<boolean> {
    const { progress, runtime, page, deadline } = this.#context;
    const { last, before } = progress;
    if (last?.key !== 'link-sent' || !signs.isForOtherTab || !before || !progress.tryOnce('waiting page')) return false;
    const timeout = Math.max(1, deadline.left());
    await runtime.step('Return to the page that waited', () =>
      page.goto(before.url, { waitUntil: 'domcontentloaded', timeout }),
    );
    return true;
  }

  /** Waits for a change of the page. @throws TwoFactorError `SIGN_IN_TIMEOUT` or `WAIT_ABORTED` */
  wait(): 'wait' {
    const { task, deadline, credentials } = this.#context;
    if (!deadline.signal.aborted) return 'wait';
    if (task.signal?.aborted)
      throw this.#context.fail('WAIT_ABORTED', `The sign-in of ${credentials.name} was aborted by its signal.`);
    const proof =
      task.signedIn === undefined ? '' : ` The proof of a session, ${String(task.signedIn)}, did not appear.`;
    const seconds = (deadline.waited() / 1000).toFixed(1);
    const what = `${credentials.name} was not signed in after ${seconds} s: ${this.#waitedFor()}.${proof}`;
    throw this.#context.fail('SIGN_IN_TIMEOUT', what);
  }

  /** Returns what the page is waited for. */
  #waitedFor(): string {
    const { reading, pageIdle, progress, words } = this.#context;
    if (reading?.signs.isLoading) return 'the page shows that it is still loading';
    if (!pageIdle.isQuiet(0)) return 'the page waits for its server';
    if (words) return `the page says "${words.text}"`;
    return progress.last
      ? `the page shows no outcome of the last step, ${progress.last.key}`
      : 'the page asks for nothing';
  }

  /** Ends the sign-in if the server responded with an error, or redirected to an address that tells of one. */
  async #checkStatus(reading: PageReading): Promise<void> {
    const { pageIdle, progress } = this.#context;
    const { status = 200, errorStatus = 0 } = pageIdle;
    const refused = [errorStatus, status].find((one) => REFUSED_STATUS.has(one));
    if (refused !== undefined && progress.last?.proves && reading.signs.session.length === 0)
      await this.#refusals.refused(reading, `HTTP ${refused}`);
    if (reading.signs.session.length === 0) await this.#refusals.refusedByAddress(reading);
    if (status < 400) return;
    const basic = status === 401 ? ' If the browser asks for a user name and a password, set `httpCredentials`.' : '';
    throw this.#context.fail('CHALLENGE_UNKNOWN', `The site responded with HTTP ${status}.${basic}`);
  }

  /** Returns true if there is proof of a session. @throws TwoFactorError `SIGN_IN_UNPROVEN` or `CHALLENGE_UNKNOWN` */
  async #prove(reading: PageReading, activity: PageActivity): Promise<boolean | 'wait'> {
    const { page, pageIdle, progress, deadline, credentials } = this.#context;
    const { before } = progress;
    const isOver = activity.isQuiet(UNPROVEN_AFTER) || deadline.signal.aborted;
    const state = `${pageIdle.documents} ${pageIdle.sentCount} ${isOver}`;
    const start = before !== undefined && state !== this.#askedIn ? this.#start : undefined;
    this.#askedIn = state;
    const isPending = (await this.#context.pendingPasskeys?.isPending()) ?? false;
    const asks = isPending || reading.signs.asks.length > 0;
    const { isProven, evidence } = asks ? NO_PROOF : await proofOf(page, reading, before, start);
    if (isProven) {
      const text = `Signed in: ${evidence.join(', ')}`;
      await this.#context.reportStep(text);
      progress.path.push(text);
      return true;
    }
    if (!isOver) return 'wait';
    if (isPending) throw this.#context.passkeyWanted();
    const closed = await closedRootsOf(page);
    if (closed.length > 0) throw this.#unreadable(closed);
    if (before === undefined) {
      const what = 'Nothing on the page asks for an identity, and nothing proves a session.';
      throw this.#context.fail('CHALLENGE_UNKNOWN', what, PROOF_HELP);
    }
    const what = [`${credentials.name} may not be signed in: nothing proves a session.`, ...this.#seen(evidence)].join(
      ' ',
    );
    throw this.#context.fail('SIGN_IN_UNPROVEN', what, PROOF_HELP);
  }

  /** Creates the error for a page whose content no program can read. */
  #unreadable(closed: readonly string[]): TwoFactorError {
    const names = closed.map((name) => `<${name}>`).join(', ');
    const what = `The page cannot be read: ${names} draws its content in a closed shadow root.`;
    return this.#context.fail('CHALLENGE_UNKNOWN', what, CLOSED_ROOT_HELP);
  }

  #seen(evidence: readonly string[]): string[] {
    const { reading, words } = this.#context;
    return [
      ...(evidence.length > 0 ? [`Not enough evidence: ${evidence.join(', ')}.`] : []),
      ...(reading?.signs.asks ?? []),
      ...(reading?.signs.mayAsk ?? []),
      ...(words?.isRefusal ? [`The page says "${words.text}".`] : []),
    ];
  }
}
