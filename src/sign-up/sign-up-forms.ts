import type { Locator, Page } from '@playwright/test';
import { LIST_BOX } from '../challenge/account-form/list-boxes.ts';
import { lookAtSignUp, type LocatedForm } from '../challenge/page/look-at-sign-up.ts';
import { pageOrigin } from '../secret/origins.ts';
import { click } from '../sign-in/click.ts';
import type { CredentialKeeper, ProposedChange } from '../sign-in/credential-keeper.ts';
import type { FormPage, PageForms } from '../sign-in/page-forms.ts';
import { submit } from '../sign-in/submit.ts';
import { refusedForm, unknownForm } from './errors.ts';
import { type SentForm, formKey, problemsOf, replaceable, rowsOf } from './form-answer.ts';
import { FormFiller } from './form-filler.ts';
import type { SignUpIdentity } from './identity.ts';
import { findSignUpLink } from './sign-up-link.ts';

/** Time in which a page reacts to an answer, in milliseconds. */
const QUIET = 150;
/** Age at which a request no longer counts: the page polls, in milliseconds. */
const POLLING = 1500;
/** Idle time after which a form that stays was refused, in milliseconds. */
const SETTLED = 900;
/** Idle time after which a form counts as unsent, in milliseconds. */
const UNSENT = 2500;
/** Maximum number of other values for one form. */
const MAX_REPLACEMENTS = 2;
/** Maximum number of steps of a sign-up. */
const MAX_FORMS = 10;
const ANSWER = 'sign-up form';

/** Fills the forms of a sign-up, one after another, and writes down what the persona chooses. */
export class SignUpForms implements PageForms {
  readonly #identity: SignUpIdentity;
  readonly #keeper: CredentialKeeper;
  readonly #accept: readonly string[];
  #sent: SentForm | undefined;
  #proposed: ProposedChange | undefined;
  #forms = 0;
  #replacements = 0;

  constructor(identity: SignUpIdentity, keeper: CredentialKeeper, accept: readonly string[] = []) {
    this.#identity = identity;
    this.#keeper = keeper;
    this.#accept = accept;
  }

  async isOn(page: Page): Promise<boolean> {
    return (await lookAtSignUp(page)) !== undefined;
  }

  async answer(place: FormPage): Promise<'answered' | 'wait' | undefined> {
    const { context, reading, key, outcome, activity } = place;
    const asksCode = reading.challenge.fields.some(({ role }) => role === 'code' || role === 'recovery-code');
    const isMessage = asksCode || reading.challenge.kind === 'link-sent';
    if (this.#forms > 0 && isMessage) return await this.#goOn();
    // A sign-up form may look like a sign-in until it is drawn.
    if (reading.signs.isLoading || (outcome !== 'settled' && !activity.isQuiet(QUIET, POLLING))) return 'wait';
    const form = await lookAtSignUp(context.page, { isContinued: this.#forms > 0 });
    if (form && this.#sent?.key === formKey(form)) return await this.#judge(form, place);
    if (form && this.#forms < MAX_FORMS) {
      await this.#goOn();
      await this.#fill(form, place);
      return 'answered';
    }
    if (this.#forms > 0) return await this.#afterForms(place);
    if (outcome === 'pending' && key === undefined) return undefined;
    const link = await findSignUpLink(context.page);
    if (link && context.progress.tryOnce(`sign-up link ${link.label}`)) return await this.#open(link, place);
    if (outcome === 'pending') return 'wait';
    throw unknownForm(context.page.url(), `It shows: ${reading.challenge.kind}.`);
  }

  /** The site refused the sign-up, or it failed before the site decided: the account does not have what was proposed. */
  async withdraw(): Promise<void> {
    await this.#proposed?.withdraw();
  }

  /** The account exists. */
  async confirm(): Promise<void> {
    await this.#proposed?.confirm();
  }

  async #open({ label, locator }: { label: string; locator: Locator }, { context }: FormPage): Promise<'answered'> {
    await context.runtime.step(`Open sign-up "${label}"`, () => click(locator));
    context.pageIdle.touch();
    return 'answered';
  }

  /** The last form was accepted. */
  async #goOn(): Promise<undefined> {
    if (!this.#sent) return;
    this.#sent = undefined;
    this.#replacements = 0;
    await this.#proposed?.confirm();
    this.#proposed = undefined;
  }

  /** Handles a page after the last form, which shows none. */
  async #afterForms({ context, reading, outcome }: FormPage): Promise<'answered' | 'wait' | undefined> {
    if (outcome === 'pending' || outcome === 'refused') return undefined;
    await this.#goOn();
    const { signIn } = reading.locators;
    const hasSession = reading.signs.session.length > 0;
    if (outcome !== 'settled' || !signIn || hasSession || reading.locators.dismiss) return undefined;
    if (!context.progress.tryOnce('sign-in link after the sign-up')) return undefined;
    await context.runtime.step('Open sign-in page', () => click(signIn));
    context.pageIdle.touch();
    return 'answered';
  }

  async #fill(form: LocatedForm, { context, reading, note }: FormPage, rows = rowsOf(form)): Promise<void> {
    const { page, pageIdle, runtime, progress, credentials } = context;
    const filler = new FormFiller(this.#identity, credentials, this.#accept);
    const plan = await filler.plan(form, page.url());
    const names = [
      ...new Set([...plan.keys()].map(({ meaning, label }) => (meaning === 'other-required' ? label : meaning))),
    ];
    note();
    await runtime.step(`Sign up as ${this.#identity.persona.name}: ${names.join(', ')}`, async () => {
      await this.#propose(page, form);
      await filler.fill(form, plan);
      progress.recordAnswer(reading, ANSWER, 'proving');
      const { documents, sentCount } = pageIdle;
      this.#sent = { key: formKey(form), rows, documents, sentCount };
      await this.#submit(form, context.page, context);
    });
    this.#forms++;
    progress.path.push(`filled ${names.join(', ')}`);
    pageIdle.touch();
  }

  async #submit(
    form: LocatedForm,
    page: Page,
    { pageIdle, progress, credentials }: FormPage['context'],
  ): Promise<void> {
    // Enter in a list box opens it.
    const field = form.fields.findLast(({ controls }) => controls[0]!.type !== LIST_BOX)?.locators[0];
    const parts = {
      button: form.button?.locator,
      field,
      code: undefined,
      credentials,
    };
    await submit(page, pageIdle, progress.last!, parts);
  }

  /** Writes down the credentials of a form, before the site gets them. */
  async #propose(page: Page, form: LocatedForm): Promise<void> {
    const has = (meaning: string): boolean => form.fields.some((field) => field.meaning === meaning);
    const { username, password, persona } = this.#identity;
    const origin = pageOrigin(page);
    const members = {
      ...(has('username') && username !== undefined && username !== persona.username ? { username } : {}),
      ...(has('password') && password && password !== persona.password ? { password: password.reveal() } : {}),
    };
    const isNew = Object.keys(members).length > 0;
    await this.#proposed?.withdraw();
    this.#proposed = isNew && origin !== undefined ? await this.#keeper.propose(origin, members) : undefined;
  }

  /** Decides about a form that is still there after it was sent. @throws TwoFactorError `SIGN_UP_REFUSED` */
  async #judge(form: LocatedForm, place: FormPage): Promise<'answered' | 'wait' | undefined> {
    const { context, key, activity } = place;
    const sent = this.#sent!;
    const { pageIdle, page, words } = context;
    const problems = problemsOf(form, sent.rows);
    const wasSent = pageIdle.documents > sent.documents || pageIdle.sentCount > sent.sentCount;
    const isClear = problems.length > 0 || words?.isRefusal === true;
    if (!activity.isQuiet(isClear ? QUIET * 2 : wasSent ? SETTLED : UNSENT)) return 'wait';
    // A page with both forms shows the sign-up again when the account is there.
    if (!isClear && key !== undefined && pageIdle.documents > sent.documents) return await this.#goOn();
    const parts = replaceable(form, problems, words?.text);
    if (parts.length === 0 || this.#replacements >= MAX_REPLACEMENTS)
      throw refusedForm(problems, words?.text, form, page.url());
    this.#replacements++;
    const told = [...problems.map(({ text }) => text), words?.text ?? ''].join(' ');
    if (parts.includes('username')) this.#identity.refuseUsername();
    if (parts.includes('password')) this.#identity.refusePassword(told);
    await context.reportStep(`Refused: another ${parts.join(' and another ')}`);
    // What the site said of an earlier value is still new.
    await this.#fill(form, place, sent.rows);
    return 'answered';
  }
}
