import type { Locator } from '@playwright/test';
import type { PageReading } from '../challenge/page/look.ts';
import { evaluateOn } from '../core/placed-elements.ts';
import { says } from '../language/page/index.ts';
import { click, selectOffer, setTrust } from './click.ts';
import type { SignInCredentials } from './credentials.ts';
import type { SignInOptions } from './options.ts';

/** An option of a page, with its locator. */
interface PageOption {
  readonly label: string;
  readonly locator: Locator;
  readonly isBox: boolean;
}

/** Answers pages that ask for a decision with consequences: terms, permissions, an account, an organization. */
export class Choices {
  readonly #accept: readonly string[];
  readonly #account: string | undefined;
  readonly #credentials: SignInCredentials;

  constructor(credentials: SignInCredentials, { accept = [], account }: Pick<SignInOptions, 'accept' | 'account'>) {
    this.#credentials = credentials;
    this.#accept = accept.map((word) => word.toLowerCase());
    this.#account = account?.toLowerCase();
  }

  /** Answers a consent as the caller said. Returns false if the caller did not say how. */
  async consent(reading: PageReading): Promise<boolean> {
    const options = await optionsOf(reading);
    const named = options.filter(({ label }) => this.#accepts(label));
    // Small print names terms on any page, also on one that asks for access. What is asked stands in the heading.
    if (named.length === 0 && !reading.signs.headings.some((text) => this.#accepts(text))) return false;
    const boxes = options.filter(({ isBox }) => isBox);
    const wanted = boxes.length === 1 ? boxes : boxes.filter(({ label }) => this.#accepts(label));
    for (const { locator } of wanted) await setTrust(locator, true);
    const buttons = options.filter(({ isBox }) => !isBox);
    const allows = (label: string): boolean =>
      says(label, 'accept', 'allow', 'next', 'goOn') && !says(label, 'deny', 'reject');
    const button =
      buttons.find(({ label }) => this.#accepts(label) && !says(label, 'deny', 'reject')) ??
      buttons.find(({ label }) => allows(label));
    const control = button?.locator ?? reading.locators.submit ?? reading.locators.proceed;
    if (!control) return false;
    await click(control);
    return true;
  }

  /** Chooses the account that the caller named, else the persona's own. Returns false if neither is there. */
  async account(reading: PageReading): Promise<boolean> {
    const options = await optionsOf(reading);
    const names = this.#account === undefined ? this.#ownNames() : [this.#account];
    const entry =
      options.find(({ label }) => names.includes(label.toLowerCase())) ??
      options.find(({ label }) => names.some((name) => label.toLowerCase().includes(name)));
    // Without an entry of the persona, the page lets one sign in with another account.
    const other =
      this.#account === undefined ? options.find(({ label }) => says(label, 'pickAccount', 'otherWay')) : undefined;
    const chosen = entry ?? other;
    if (!chosen) return false;
    const needsSending = await selectOffer(chosen.locator);
    const { proceed, submit } = reading.locators;
    if (needsSending && (submit ?? proceed)) await click((submit ?? proceed)!);
    return true;
  }

  #ownNames(): string[] {
    return (['email', 'username'] as const).map((kind) => this.#credentials.identifier(kind).toLowerCase());
  }

  #accepts(text: string): boolean {
    return this.#accept.some((word) => text.toLowerCase().includes(word));
  }
}

async function optionsOf({ challenge, locators }: PageReading): Promise<PageOption[]> {
  const labels = challenge.options ?? [];
  const boxes = await Promise.all(locators.options.map((option) => evaluateOn(option, isBoxInPage, null)));
  return locators.options.map((locator, index) => {
    return { locator, label: labels[index]?.label ?? '', isBox: boxes[index]?.[0] === true };
  });
}

/** Runs in the page. */
function isBoxInPage(elements: Element[]): boolean[] {
  return elements.map((element) => element.matches('[type=checkbox], [role=checkbox], [role=switch]'));
}
