import type { KeepCause } from '../../keep/cause.ts';
import type { ProfileStatus } from '../../keep/visit.ts';

/** Exit codes by cause. The first of those that apply counts: that which a person has to look at first. */
const CODES: readonly (readonly [KeepCause, number])[] = [
  ['refused', 5],
  ['person', 4],
  ['locked', 3],
  ['unreachable', 6],
  ['failed', 1],
];

/** Returns the exit code of `keep --once`. A session that is dead without a known cause is a failure. */
export function exitCodeOf(profiles: readonly ProfileStatus[]): number {
  const causes = new Set(profiles.map(({ cause, alive }) => cause ?? (alive === true ? undefined : 'failed')));
  return CODES.find(([cause]) => causes.has(cause))?.[1] ?? 0;
}
