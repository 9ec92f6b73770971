/** Policy for a request that nobody answered: ask again `retryAfter` milliseconds later, at most `times` times. */
export interface AskAgain {
  /** Pause before the next request, in milliseconds. */
  readonly retryAfter: number;
  /** Maximum number of further requests. */
  readonly times: number;
}

/** Policy for a request that nobody answered in time: the sign-in fails, or the person is asked again. */
export type OnTimeout = 'fail' | AskAgain;

/** Maximum number of further requests. */
const MAX_TIMES = 100;
/** Maximum time for all requests together, in milliseconds. */
const MAX_TIME = 24 * 3_600_000;

/** Returns the policy to ask again; `undefined` if the sign-in fails. */
export function askAgainOf(policy: OnTimeout | undefined): AskAgain | undefined {
  return policy === undefined || policy === 'fail' ? undefined : policy;
}

/** Returns the time for all requests and the pauses between them, in milliseconds. @param timeout time for one request */
export function timeForAll(timeout: number, policy: OnTimeout | undefined): number {
  const { retryAfter, times } = askAgainOf(policy) ?? { retryAfter: 0, times: 0 };
  return timeout + times * (retryAfter + timeout);
}

/** Returns what is wrong with the policy. @param timeout time for one request, in milliseconds */
export function onTimeoutProblem(policy: OnTimeout | undefined, timeout: number): string | undefined {
  if (policy === undefined || policy === 'fail') return undefined;
  const form = "`human.onTimeout` must be 'fail' or { retryAfter, times }";
  if (typeof policy !== 'object' || policy === null) return `${form}, but is ${JSON.stringify(policy)}`;
  const { retryAfter, times, ...others } = policy;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return `${form}, but has a member "${unknown}"`;
  if (!(typeof retryAfter === 'number' && retryAfter > 0 && Number.isFinite(retryAfter)))
    return `\`human.onTimeout.retryAfter\` must be a number of milliseconds above 0, but is ${retryAfter}`;
  if (!(Number.isInteger(times) && times > 0 && times <= MAX_TIMES))
    return `\`human.onTimeout.times\` must be an integer from 1 to ${MAX_TIMES}, but is ${times}`;
  const hours = timeForAll(timeout, policy) / 3_600_000;
  if (timeForAll(timeout, policy) < MAX_TIME) return undefined;
  return `\`human.timeout\` and \`human.onTimeout\` must add up to less than one day, but are ${hours.toFixed(1)} hours`;
}
