import type { Page } from '@playwright/test';
import type { PageReading } from '../challenge/page/look.ts';
import { SIGN_IN_PATH } from '../challenge/sign-in-path.ts';
import { SessionTraces } from './session-traces.ts';
import { failureIn } from './failed-address.ts';
import { type StartAddress, pathOf } from './start-address.ts';

/** Evidence of a session. */
export interface SessionProof {
  /** True if the evidence is enough. */
  readonly isProven: boolean;
  /** Evidence, a phrase each: `"Sign out" on /home`, `new cookie "sid"`. */
  readonly evidence: readonly string[];
}

/** State of the page before the answer that may have opened the session. */
export interface StateBefore {
  readonly url: string;
  readonly traces: Promise<SessionTraces>;
}

/** Sum of the weights that proves a session. */
const ENOUGH = 3;
/** Sum where the page may be a step of the sign-in that was not recognized. */
const ENOUGH_IN_DOUBT = 6;
const WEIGHT = {
  'sign-out': 3,
  'account-menu': 2,
  'signed-in-as': 2,
  'closed-menu': 0.5,
  newTrace: 1.5,
  changedTrace: 0.5,
  address: 0.5,
  startAddress: 3,
  /** The same address shows another page. On a small page, it may be the next step of the sign-in. */
  samePlace: 1,
} as const;

/** Weighs what speaks for a session on a page that asks for nothing. */
export async function proofOf(
  page: Page,
  { signs }: PageReading,
  before: StateBefore | undefined,
  start: StartAddress | undefined,
): Promise<SessionProof> {
  const url = page.url();
  const path = pathOf(url);
  const evidence = signs.session.map(({ sign, label }) => ({
    weight: WEIGHT[sign],
    text: sign === 'signed-in-as' ? `"${label}"` : `"${label}" on ${path}`,
  }));
  const [strongest] = evidence.toSorted((a, b) => b.weight - a.weight);
  const isFailed = failureIn(url) !== undefined;
  const isInDoubt = signs.mayAsk.length > 0 || isFailed;
  const found: { readonly weight: number; readonly text: string }[] = strongest ? [strongest] : [];
  const sum = (): number => found.reduce((total, { weight }) => total + weight, 0);
  const enough = isInDoubt ? ENOUGH_IN_DOUBT : ENOUGH;
  if (sum() < enough && before) {
    const [change] = (await SessionTraces.of(page))
      .changesSince(await before.traces)
      .toSorted((a, b) => Number(b.isNew) - Number(a.isNew));
    if (change) found.push({ weight: change.isNew ? WEIGHT.newTrace : WEIGHT.changedTrace, text: change.text });
    if (pathOf(before.url) !== path && !SIGN_IN_PATH.test(path) && !isFailed)
      found.push({ weight: WEIGHT.address, text: `redirected to ${path}` });
  }
  if (sum() < enough && start) {
    const text = await start.proof();
    const isWeak = before !== undefined && pathOf(before.url) === path && signs.isSmall && signs.session.length === 0;
    if (text !== undefined) found.push({ weight: isWeak ? WEIGHT.samePlace : WEIGHT.startAddress, text });
  }
  return { isProven: sum() >= enough, evidence: found.map(({ text }) => text) };
}
