import type { EnrollableFactor } from '../challenge/authenticator-controls.ts';
import type { FoundField } from '../challenge/field.ts';
import type { StepForm } from '../challenge/step-form.ts';
import { pageOrigin } from '../secret/origins.ts';
import type { Secret } from '../secret/secret.ts';
import type { LearnedMembers, ProposedChange } from '../sign-in/credential-keeper.ts';
import type { AccountCredentials } from './account-credentials.ts';
import type { AccountPage } from './account-page.ts';
import { type Before, noteBefore } from './judgment.ts';

/** Result of a step: it answered the site, it pressed something, or it found nothing to do. */
export type Step = 'answered' | 'acted' | 'nothing';

/** The part of a set-up that depends on the factor. */
export interface FactorSetUp {
  readonly factor: EnrollableFactor;
  /** Name of the factor in errors: `the authenticator`. */
  readonly name: string;
  /** True if an answer leaves the page as it is, so that a form on it says nothing. */
  readonly isSilent: boolean;
  /** Notes the state before the set-up. */
  open(): Promise<void>;
  /** Does the next step on the page as it was read last. */
  advance(forms: readonly StepForm[]): Promise<Step>;
  /** Answers again after a refusal. Returns false if it cannot. */
  tryAgain(form: StepForm | undefined): Promise<boolean>;
}

/** State that the parts of a set-up share. */
export class SetUp {
  readonly account: AccountPage;
  readonly credentials: AccountCredentials;
  readonly #done = new Set<string>();
  #before: Before = { offSwitches: [], hasCodes: false };
  #proposed: ProposedChange | undefined;
  #presses = 0;
  #mayBeAccepted = false;
  #isConfirmed = false;

  constructor(account: AccountPage, credentials: AccountCredentials) {
    this.account = account;
    this.credentials = credentials;
  }

  /** State of the page before the last answer. */
  get before(): Before {
    return this.#before;
  }

  /** Number of controls that were pressed to begin. */
  get presses(): number {
    return this.#presses;
  }

  /** Origin of the site. */
  get origin(): string {
    return pageOrigin(this.account.page) ?? '';
  }

  /** Marks an action as done. Returns false if it was done before. */
  once(action: string): boolean {
    const isNew = !this.#done.has(action);
    this.#done.add(action);
    return isNew;
  }

  /** True if an action was done. */
  hasDone(action: string): boolean {
    return this.#done.has(action);
  }

  /** Notes the state of the page before the set-up begins or an answer is given. */
  expectAnswer(): void {
    this.#before = noteBefore(this.account);
    this.account.expectAnswer();
  }

  /** Notes that a control was pressed that begins the set-up. */
  notePress(): void {
    this.#presses++;
  }

  /** Writes down what the site is about to learn, once. */
  async propose(members: LearnedMembers): Promise<void> {
    this.#proposed ??= await this.credentials.keeper.propose(this.origin, members);
  }

  /**
   * Ends the set-up, and tells whether the site has confirmed it. Without that, the old and the new members are kept until a
   * sign-in shows which are right.
   */
  async end(isConfirmed: boolean): Promise<void> {
    this.#isConfirmed = isConfirmed;
    await (isConfirmed ? this.#proposed?.confirm() : this.#proposed?.leave());
  }

  /** True if the site has confirmed the set-up. */
  get isConfirmed(): boolean {
    return this.#isConfirmed;
  }

  async withdraw(): Promise<void> {
    await this.#proposed?.withdraw();
    this.#proposed = undefined;
    this.#mayBeAccepted = false;
  }

  /** Withdraws what the site cannot have accepted, because nothing was answered. */
  async abandon(): Promise<void> {
    if (!this.#mayBeAccepted) await this.withdraw();
  }

  /** Notes that an answer is given, which the site may accept whatever happens after it. */
  noteAnswer(): void {
    this.#mayBeAccepted = true;
  }

  /** Types a code, into one field or into a box for each character. */
  async typeCode({ controls }: FoundField, code: Secret): Promise<void> {
    const [first, ...others] = controls.map((control) => this.account.seen.locate(control));
    const boxes = others.reduce((group, box) => group.or(box), first!);
    // Some pages send the code with its last digit.
    this.noteAnswer();
    await this.account.runtime.step('Fill code', () => this.credentials.fill(boxes, code));
  }
}
