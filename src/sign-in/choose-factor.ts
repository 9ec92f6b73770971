import type { Locator } from '@playwright/test';
import type { Factor } from '../challenge/challenge.ts';
import type { ElementLocators, PageReading } from '../challenge/page/look.ts';

/** How a challenge is answered: with a factor it asks for, or with one that it offers, after a click. */
export interface Choice {
  readonly factor: Factor;
  /** Its place in `challenge.factors`. */
  readonly index: number;
  readonly isAsked: boolean;
}

/**
 * Chooses the factor to answer with: one that is asked for right now, else one that is offered, the preferred first.
 *
 * @param usable the factors at hand, the preferred first
 */
export function chooseFactor({ challenge, locators }: PageReading, usable: readonly Factor[]): Choice | undefined {
  const all = challenge.factors.map(({ factor }, index) => ({
    factor,
    index,
    isAsked: challenge.kind !== 'choose' && locators.factors[index] === undefined,
  }));
  const fitting = all.filter(({ factor }) => usable.includes(factor));
  const preferred = fitting.toSorted((a, b) => usable.indexOf(a.factor) - usable.indexOf(b.factor));
  return (
    preferred.find(({ isAsked }) => isAsked) ?? preferred.find(({ index }) => locators.factors[index] !== undefined)
  );
}

/** What leads to another way than those the page shows. To press a factor that cannot be used is none. */
export function otherWayOf({ otherWay, factors }: ElementLocators): Locator | undefined {
  return factors.some((offer) => String(offer) === String(otherWay)) ? undefined : otherWay;
}
