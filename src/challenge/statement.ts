import { mask } from '../message/mask.ts';
import type { FoundField } from './field.ts';
import { type PageSnapshot, isSiteFrame } from './page-snapshot.ts';
import type { ItemView, TextView } from './page/view.ts';
import { says } from '../language/page/index.ts';

/** Visible text that may be the answer of the site to the last input. Codes in it are masked. */
export interface Statement {
  readonly text: string;
  /** True for an alert, a live region, a toast, and text in an alarming color. */
  readonly isAlert: boolean;
  readonly meaning: 'refused' | 'expired' | 'locked' | undefined;
}

/** Maximum length of a statement, in characters. */
const MAX_LENGTH = 250;
/** Maximum number of texts on a page whose short texts all count. */
const SMALL = 20;
/** Maximum number of items between a text and a field that it is about. */
const NEAR = 4;

/** Collects the visible texts that may be the answer of the site to the last input, alerts first. */
export function statementsOf(snapshot: PageSnapshot, fields: readonly FoundField[]): Statement[] {
  const texts = snapshot.all.filter((item): item is TextView => item.is === 'text' && item.text.length <= MAX_LENGTH);
  const own = texts.filter((text) => !text.linked && !isSiteFrame(text));
  const isSmall = own.length <= SMALL;
  const controls = new Set<ItemView>(fields.flatMap(({ controls }) => controls));
  const places = snapshot.all.flatMap((item, place) => (controls.has(item) ? [place] : []));
  const near = new Set(places.flatMap((place) => snapshot.all.slice(Math.max(0, place - NEAR), place + NEAR + 1)));
  const isNear = (text: TextView): boolean => near.has(text);
  const alerts = texts.filter(({ alert }) => alert);
  const others = own.filter((text) => !text.alert && (isSmall || isNear(text) || text.heading));
  const described = fields.map(({ first }) => first.description).filter(Boolean);
  const seen = new Set<string>();
  return [
    ...alerts.map(({ text }) => ({ text, isAlert: true })),
    ...described.map((text) => ({ text, isAlert: false })),
    ...others.map(({ text }) => ({ text, isAlert: false })),
  ].flatMap(({ text, isAlert }) => {
    if (seen.has(text)) return [];
    seen.add(text);
    const meaning = meaningOf(text);
    return meaning === undefined && snapshot.isSiteName(text) ? [] : [{ text: mask(text), isAlert, meaning }];
  });
}

/** Returns the refusal that a text states, in any language of the word tables. */
export function meaningOf(text: string): Statement['meaning'] {
  if (says(text, 'locked')) return 'locked';
  if (says(text, 'expired')) return 'expired';
  return says(text, 'wrong') ? 'refused' : undefined;
}
