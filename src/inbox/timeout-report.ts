import { race } from '../core/abortable.ts';
import { type TwoFactorError, reasonOf } from '../core/errors.ts';
import type { SourceSightings, SourceWatch } from '../sources/source.ts';
import type { TimedOutWait } from '../waiting/timed-out-wait.ts';
import { timeoutError } from '../waiting/timeout-report.ts';

/** Time limit for the sightings of the source, in milliseconds. */
const SIGHTINGS_TIMEOUT = 5000;
/** The same limit when the test's time is up: the error has to come before the test is stopped. */
const CUT_SHORT_TIMEOUT = 700;

/** Returns the error for a wait at a source that timed out, with what else the source saw. */
export async function explainTimeout(
  wait: TimedOutWait & { readonly watch: Pick<SourceWatch, 'kind' | 'address' | 'source' | 'sightings'> },
): Promise<TwoFactorError> {
  return timeoutError(wait, await sightingsOf(wait.watch, wait.cutShort ? CUT_SHORT_TIMEOUT : SIGHTINGS_TIMEOUT));
}

/** Returns the sightings, or the reason why there are none. @param limit in milliseconds */
async function sightingsOf(watch: Pick<SourceWatch, 'sightings'>, limit: number): Promise<SourceSightings | string> {
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(new Error(`no answer within ${(limit / 1000).toFixed(1)} s`)), limit);
  return await race(watch.sightings(), timeout.signal)
    .catch(reasonOf)
    .finally(() => clearTimeout(timer));
}
