import type { Frame, Locator, Page } from '@playwright/test';
import { DEFAULT_TIMEOUT } from '../core/runtime.ts';
import { pageOrigin } from '../secret/origins.ts';
import type { PersonaSite } from './persona-site.ts';

/** The sites of a persona. */
export class PersonaSites {
  readonly #sites: PersonaSite[];
  readonly #primary: PersonaSite | Error;

  /** @param primary the site under test, or the error to throw if it is not known which one that is */
  constructor(primary: PersonaSite | Error, others: readonly PersonaSite[] = []) {
    this.#primary = primary;
    this.#sites = [...(primary instanceof Error ? [] : [primary]), ...others];
  }

  /** The site under test. @throws TwoFactorError `SETTINGS_INVALID` if there are several and nothing selects one */
  get primary(): PersonaSite {
    if (this.#primary instanceof Error) throw this.#primary;
    return this.#primary;
  }

  get all(): readonly PersonaSite[] {
    return this.#sites;
  }

  /** Adds a site. Its origins belong to no other site from now on. */
  add(site: PersonaSite): void {
    for (const other of this.#sites) other.binding.exclude(site.origins);
    this.#sites.push(site);
  }

  /** Returns the site that lists an origin. */
  listing(origin: string | undefined): PersonaSite | undefined {
    // An exact origin comes before `https://*.example.com`.
    return (
      this.#sites.find(({ origins }) => origin !== undefined && origins.includes(origin)) ??
      this.#sites.find((site) => site.lists(origin))
    );
  }

  /** Returns the site of a page, else the site under test, whose binding then decides. */
  ofPage(page: Page): PersonaSite {
    return this.listing(pageOrigin(page)) ?? this.primary;
  }

  /** Returns the site of a URL that the caller has named, else that of the page. */
  ofUrl(url: string | undefined, page: Page): PersonaSite {
    const named = url !== undefined && /^https?:/.test(url) && URL.canParse(url) ? new URL(url).origin : undefined;
    return this.listing(named) ?? this.ofPage(page);
  }

  /** Returns the site of a field. In a frame of another site of the persona, it is that one. */
  async ofField(locator: Locator, timeout: number = DEFAULT_TIMEOUT, otherwise?: PersonaSite): Promise<PersonaSite> {
    const frame = this.#sites.length < 2 ? undefined : await frameOf(locator, timeout).catch(() => undefined);
    const url = frame?.url() ?? '';
    const origin = /^https?:/.test(url) ? new URL(url).origin : undefined;
    return this.listing(origin) ?? otherwise ?? this.ofPage(locator.page());
  }
}

/** Returns the frame of an element, as the browser knows it. */
async function frameOf(locator: Locator, timeout: number): Promise<Frame | null> {
  const element = await locator.first().elementHandle({ timeout });
  try {
    return (await element?.ownerFrame()) ?? null;
  } finally {
    await element?.dispose();
  }
}
