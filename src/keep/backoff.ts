import { DAY, HOUR, MINUTE } from '../core/durations.ts';
import type { KeepCause } from './cause.ts';

/** Longest pause by cause, in milliseconds, and its first one in units of the first pause. */
const PAUSES: Readonly<Record<Exclude<KeepCause, 'refused'>, { readonly first: number; readonly longest: number }>> = {
  failed: { first: 1, longest: HOUR },
  unreachable: { first: 0.5, longest: 10 * MINUTE },
  locked: { first: 15, longest: DAY },
  person: { first: 30, longest: DAY },
};

/**
 * Returns the pause after a failure in milliseconds: it doubles with each failure in a row, and is shortened by up to
 * half at random, so that several keepers do not try at the same time.
 *
 * @param failures failures in a row, from 1
 * @param firstPause first pause after a failure that has no special cause, in milliseconds
 */
export function pauseAfter(
  cause: Exclude<KeepCause, 'refused'>,
  failures: number,
  firstPause: number,
  random: () => number,
): number {
  const { first, longest } = PAUSES[cause];
  return Math.min(first * firstPause * 2 ** Math.min(failures - 1, 30), longest) * (1 - random() / 2);
}
