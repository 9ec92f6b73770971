import type { Locator } from '@playwright/test';
import type { LocatedField, LocatedForm } from '../challenge/page/look-at-sign-up.ts';
import { labels } from '../language/form/index.ts';
import { LIST_BOX, isList } from '../challenge/account-form/list-boxes.ts';
import { isUnanswered } from '../challenge/account-form/form-field.ts';
import { evaluateOn, frameOf } from '../core/placed-elements.ts';
import { READY_TIMEOUT, setTrust, wasCleared } from '../sign-in/click.ts';
import type { SignInCredentials } from '../sign-in/credentials.ts';
import { formatDate } from './birth-date.ts';
import { chooseOption } from './choose-option.ts';
import { unanswerableFields } from './errors.ts';
import { OPTIONAL, type SignUpIdentity } from './identity.ts';
import { matchesPattern } from '../secret/pattern.ts';
import { FEMALE, MALE, countryNames, languageNames, monthNames } from './option-names.ts';
import { OptionList } from './option-list.ts';
import { isCountryCode, partsOf, phoneValues } from './phone-number.ts';

/** Value of a field: text to type, options to prefer in a list, or a password. */
type Value = { readonly text: string; readonly options?: readonly string[] } | 'password';

/** Fills a sign-up form with the values of an identity. */
export class FormFiller {
  readonly #identity: SignUpIdentity;
  readonly #credentials: Pick<SignInCredentials, 'fillNewPassword'>;
  readonly #accept: readonly string[];

  /** @param accept words of boxes that are ticked although they need not be */
  constructor(
    identity: SignUpIdentity,
    credentials: Pick<SignInCredentials, 'fillNewPassword'>,
    accept: readonly string[] = [],
  ) {
    this.#identity = identity;
    this.#credentials = credentials;
    this.#accept = accept;
  }

  /**
   * Returns the fields that will be filled, with their values, and chooses the user name and the password.
   *
   * @throws TwoFactorError `SIGN_UP_UNANSWERABLE`, or `PERSONA_INCOMPLETE` if the persona lacks an address or a number
   */
  async plan(form: LocatedForm, url: string): Promise<ReadonlyMap<LocatedField, Value>> {
    const plan = new Map<LocatedField, Value>();
    const unknown: LocatedField[] = [];
    const phones = form.fields.filter(({ meaning }) => meaning === 'phone');
    const isPhoneNeeded = phones.some(({ required }) => required);
    for (const field of form.fields) {
      const given = this.#identity.given(field);
      if (given !== undefined) plan.set(field, { text: given, options: givenOptions(field, given) });
      else if (field.meaning === 'phone') {
        if (isPhoneNeeded || !hasMarks(form)) await this.#planPhone(field, phones, plan, isPhoneNeeded);
      } else if (this.#isWanted(field, form)) {
        const value = await this.#valueOf(field);
        if (value !== undefined) plan.set(field, value);
        else if (field.required || field.meaning !== 'other-required') unknown.push(field);
      }
    }
    if (unknown.length > 0) throw unanswerableFields(unknown, form, url);
    return plan;
  }

  /** Fills the fields of a plan and ticks the boxes, and fills again what a late script cleared. */
  async fill(form: LocatedForm, plan: ReadonlyMap<LocatedField, Value>): Promise<void> {
    for (const [field, value] of plan) await this.#fillOne(field, value);
    const typed = [...plan].filter(([{ controls }]) => controls[0]!.is === 'field' && controls[0]!.type !== LIST_BOX);
    for (const [field, value] of typed) if (await wasCleared([field.locators[0]!])) await this.#fillOne(field, value);
    const accepted = form.otherBoxes.filter(({ label }) =>
      this.#accept.some((word) => label.toLowerCase().includes(word.toLowerCase())),
    );
    for (const { locator } of [...form.boxes, ...accepted]) await setTrust(locator, true);
  }

  /** A field that need not be filled stays empty, if the form marks those that must. */
  #isWanted({ meaning, required, controls, view }: LocatedField, form: LocatedForm): boolean {
    if (meaning === 'current-password') return false;
    if (isList(controls[0]!) && !isUnanswered(controls[0]!, view)) return false;
    if (required) return true;
    if (controls[0]!.filled && !isList(controls[0]!)) return meaning === 'password' || meaning === 'password-confirm';
    return !OPTIONAL.has(meaning) || (!hasMarks(form) && meaning !== 'website');
  }

  async #valueOf(field: LocatedField): Promise<Value | undefined> {
    const { meaning, controls, view } = field;
    const { language } = view;
    const { persona } = this.#identity;
    const person = await this.#identity.person();
    const text = (value: string, ...options: string[]): Value => ({
      text: fit(value, controls[0]!.maxLength),
      options: [value, ...options],
    });
    const [year = '', month = '', day = ''] = person.birthDate.split('-');
    const plain = (value: string): string => String(Number(value));
    switch (meaning) {
      case 'email':
        return text(persona.email());
      case 'username': {
        const username = await this.#identity.usernameFor(field);
        return username === undefined ? undefined : text(username);
      }
      case 'password':
      case 'password-confirm':
        if (meaning === 'password' && this.#identity.passwordFor(field) === undefined) return undefined;
        return this.#identity.password && 'password';
      case 'given-name':
        return text(person.givenName);
      case 'family-name':
        return text(person.familyName);
      case 'full-name':
        return text(
          fitting(
            [`${person.givenName} ${person.familyName}`, person.givenName, `${person.givenName}${person.familyName}`],
            field,
          ),
        );
      case 'birth-date':
        return {
          text:
            controls[0]!.type === 'date'
              ? person.birthDate
              : formatDate(person.birthDate, `${controls[0]!.placeholder} ${field.label} ${view.row}`),
        };
      case 'birth-day':
        return { text: day, options: [plain(day), day] };
      case 'birth-month':
        return { text: month, options: [plain(month), ...monthNames(Number(month), language)] };
      case 'birth-year':
        return text(year);
      case 'country':
        return text('United States', ...countryNames('US', language));
      case 'street':
        return text(person.street);
      case 'city':
        return text(person.city);
      case 'postal-code':
        return text(person.postalCode);
      case 'region':
        return text(person.region);
      case 'organization':
        return text(person.organization);
      case 'website':
        return text(person.website);
      case 'gender':
      case 'title':
        return { text: person.gender, options: person.gender === 'female' ? FEMALE : MALE };
      default:
        return isChoice(field)
          ? { text: '', options: isLanguage(field) ? languageNames('en', language) : [] }
          : undefined;
    }
  }

  async #planPhone(
    field: LocatedField,
    phones: readonly LocatedField[],
    plan: Map<LocatedField, Value>,
    isNeeded: boolean,
  ): Promise<void> {
    let number: string;
    try {
      number = this.#identity.persona.phone();
    } catch (error) {
      if (isNeeded) throw error;
      return;
    }
    const parts = await partsOf(number);
    const value = phoneValues(parts, phones)[phones.indexOf(field)] ?? parts.full;
    const { callingCode, country } = parts;
    const codes = [...countryNames(country, field.view.language), `+${callingCode}`, callingCode];
    const options = isCountryCode(field) ? codes : [value];
    plan.set(field, { text: value, options });
  }

  async #fillOne(field: LocatedField, value: Value): Promise<void> {
    const { controls, locators } = field;
    const [first] = locators;
    const { type } = controls[0]!;
    const timeout = READY_TIMEOUT;
    if (value === 'password')
      return await this.#credentials.fillNewPassword(first!, this.#identity.password!, { timeout });
    if (type === 'radio') return await setTrust(radioOf(field, value.options ?? []), true);
    if (type === 'select') return void (await chooseOption(first!, value.options ?? []));
    if (type === LIST_BOX) return await this.#choose(field, value.options ?? []);
    await first!.fill(value.text, { timeout });
    await closePicker(first!);
  }

  /** Chooses from a scripted list. An input without one takes the text. */
  async #choose({ controls, locators, view }: LocatedField, names: readonly string[]): Promise<void> {
    const [field] = locators;
    const isChosen = await new OptionList(frameOf(field!)!, controls[0]!.path).choose(names);
    if (isChosen || !view.listBox?.isInput || names[0] === undefined) return;
    await field!.fill(names[0], { timeout: READY_TIMEOUT });
    await closePicker(field!);
  }
}

/** Returns the names of the option that the caller wants. */
function givenOptions({ meaning, view }: LocatedField, given: string): readonly string[] {
  return meaning === 'country' ? countryNames(given, view.language) : [given];
}

function isLanguage({ label, controls }: LocatedField): boolean {
  return labels(label, 'language') || /\blang|locale/i.test(controls[0]!.names);
}

/** True if a form marks the fields that must be filled. */
function hasMarks({ fields }: LocatedForm): boolean {
  return fields.some(({ required }) => required);
}

/** True for a field whose values the page offers. */
function isChoice({ controls }: LocatedField): boolean {
  return isList(controls[0]!) || controls[0]!.type === 'radio';
}

function radioOf({ controls, locators }: LocatedField, wanted: readonly string[]): Locator {
  const index = controls.findIndex(({ label }) => wanted.includes(label.toLowerCase().replace(/\.$/, '')));
  return locators[Math.max(0, index)]!;
}

/** Returns the first value that the field's pattern allows. */
function fitting(values: readonly string[], { controls }: LocatedField): string {
  const { pattern, maxLength } = controls[0]!;
  const found = values.find((value) => matchesPattern(value, pattern) && (maxLength <= 0 || value.length <= maxLength));
  return found ?? values[0]!;
}

function fit(value: string, maxLength: number): string {
  return maxLength > 0 ? value.slice(0, maxLength) : value;
}

/** A date picker or a list of suggestions may lie over the fields below. It closes when the field loses the focus. */
async function closePicker(field: Locator): Promise<void> {
  await evaluateOn(field, ([element]) => (element as HTMLElement).blur(), null).catch(() => undefined);
}
