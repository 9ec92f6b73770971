import type { Locator } from '@playwright/test';
import type { Factor } from '../challenge/challenge.ts';
import type { ElementLocators, PageReading } from '../challenge/page/look.ts';

/** Factor that answers a challenge. The page asks for it now, or offers it after a click. */
export interface Choice {
  readonly factor: Factor;
  /** Index in `challenge.factors`. */
  readonly index: number;
  /** True if the page asks for it now; false if it must be selected first. */
  readonly isAsked: boolean;
}

/**
 * Chooses the factor that answers a challenge: the most preferred one that the page asks for now, else that it offers.
 *
 * @param usable factors of the persona, most preferred first
 */
export function chooseFactor({ challenge, locators }: PageReading, usable: readonly Factor[]): Choice | undefined {
  const all = challenge.factors.map(({ factor }, index) => ({
    factor,
    index,
    isAsked: challenge.kind !== 'choose' && locators.factors[index] === undefined,
  }));
  const fitting = all.flatMap((one) => {
    if (usable.includes(one.factor)) return [one];
    // "Sign in with e-mail" sends a code or a link.
    const sendsLink = one.factor === 'email-code' && usable.includes('email-link') && locators.factors[one.index];
    return sendsLink ? [{ ...one, factor: 'email-link' as const }] : [];
  });
  const preferred = fitting.toSorted((a, b) => usable.indexOf(a.factor) - usable.indexOf(b.factor));
  return (
    preferred.find(({ isAsked }) => isAsked) ?? preferred.find(({ index }) => locators.factors[index] !== undefined)
  );
}

/** Returns the "Try another way" control, unless it is the control of one of the factors. */
export function otherWayOf({ otherWay, factors }: ElementLocators): Locator | undefined {
  return factors.some((offer) => String(offer) === String(otherWay)) ? undefined : otherWay;
}
