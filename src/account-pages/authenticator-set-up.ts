import { findNext, findReveal } from '../challenge/authenticator-controls.ts';
import type { StepForm } from '../challenge/step-form.ts';
import { Secret } from '../secret/secret.ts';
import type { FactorSetUp, SetUp, Step } from './set-up.ts';
import { type ShownAuthenticator, readShownAuthenticator } from './shown-authenticator.ts';

/** Maximum number of codes. A code at the end of its period may come too late. */
const MAX_CODES = 2;

/** Sets up an authenticator: reads its seed from the page, and confirms with a code. */
export class AuthenticatorSetUp implements FactorSetUp {
  readonly factor = 'totp';
  readonly name = 'the authenticator';
  readonly isSilent = false;
  readonly #setUp: SetUp;
  #shown: ShownAuthenticator | undefined;
  #codes = 0;

  constructor(setUp: SetUp) {
    this.#setUp = setUp;
  }

  async open(): Promise<void> {
    await Promise.resolve();
  }

  async advance(forms: readonly StepForm[]): Promise<Step> {
    const { account, presses } = this.#setUp;
    const { snapshot } = account;
    const form = forms.find(({ code }) => code !== undefined);
    const isPlace = form !== undefined || presses > 0 || this.#setUp.hasDone('password') || snapshot.tells('enrol');
    if (isPlace) this.#shown = (await this.#read()) ?? this.#shown;
    if (this.#shown && form) {
      await this.#giveCode(form, this.#shown);
      return 'answered';
    }
    const reveal = this.#shown ? undefined : findReveal(snapshot);
    if (isPlace && reveal && this.#setUp.once(`reveal ${reveal.path}`)) {
      await account.press(reveal, 'Show the key');
      return 'acted';
    }
    const next = this.#shown ? findNext(snapshot) : undefined;
    if (!next || !this.#setUp.once(`next ${next.path} ${next.label}`)) return 'nothing';
    await account.press(next, `Go on: "${next.label}"`);
    return 'acted';
  }

  async tryAgain(form: StepForm | undefined): Promise<boolean> {
    if (!form || !this.#shown || this.#codes >= MAX_CODES || this.#setUp.account.words?.isLocked) return false;
    // A page that starts over shows another seed.
    const now = await this.#read();
    if (now && now.uri !== this.#shown.uri) {
      await this.#setUp.withdraw();
      this.#shown = now;
    }
    await this.#giveCode(form, this.#shown);
    return true;
  }

  async #read(): Promise<ShownAuthenticator | undefined> {
    const { account, credentials } = this.#setUp;
    const label = `${new URL(account.page.url()).host || 'site'}:${credentials.username}`;
    return await readShownAuthenticator(account.page, account.snapshot, label);
  }

  async #giveCode({ code, password, submit }: StepForm, { uri, seed }: ShownAuthenticator): Promise<void> {
    const { account, credentials } = this.#setUp;
    this.#codes++;
    await this.#setUp.propose({ totp: uri });
    const totp = credentials.authenticator(seed);
    // The wait for a fresh code may be long.
    const value = new Secret(`${credentials.name}/totp`, await account.deadline.notCounting(() => totp.code()));
    this.#setUp.expectAnswer();
    if (password && !password.first.filled && credentials.password)
      await credentials.fill(account.seen.locate(password.first), credentials.password);
    await this.#setUp.typeCode(code!, value);
    if (!account.idle.hasSent(value.reveal())) await account.submit(code!.first, submit, 'Confirm with a code');
  }
}
