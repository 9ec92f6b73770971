import type { Visit } from '../../keep/visit.ts';
import { relativeTime } from '../profile/times.ts';

/** Describes a visit in one line. The error of a visit is on the lines below. */
export function visitLine({ status, renewal, hasWaited, error }: Visit, now: number): string {
  const { name, alive, expiresAt, cause, code, nextAt } = status;
  const state = alive === undefined ? 'unknown' : alive ? 'alive' : 'dead';
  const parts = [
    state,
    ...(renewal ? [`renewed by ${renewal}`] : []),
    ...(hasWaited ? ['waited for another process'] : []),
    ...(expiresAt === undefined ? [] : [`expires ${relativeTime(now, expiresAt, '')}`]),
    ...(cause ? [`${cause}${code ? ` (${code})` : ''}`] : []),
    `next ${relativeTime(now, nextAt, '')}`,
  ];
  const lines = [`${name}: ${parts.join(', ')}`, ...(error === undefined ? [] : error.trim().split('\n'))];
  return `${lines.join('\n  ')}\n`;
}
