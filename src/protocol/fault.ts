/** A fault that the sink has on deliveries to an address. */
export interface Fault {
  /**
   * Kind of the fault.
   *
   * - `refuse`: refuses the recipient by SMTP, with `status`
   * - `greylist`: refuses each sender once by SMTP, with 450
   * - `http-error`: answers a gateway's request with the HTTP status `status`
   * - `delay`: takes the message, and stores it `ms` later
   * - `slow`: stores the message and answers the delivery `ms` later
   * - `duplicate`: stores the message `count` times
   * - `reorder`: holds messages until there are `count`, and stores the last one first
   * - `drop`: takes the message, and stores nothing
   * - `truncate`: stores the first `bytes` bytes of a mail, or characters of an SMS
   */
  readonly fault: FaultName;
  /** Number of deliveries that meet the fault; of `reorder`, the number of groups. `greylist` has no end. @default 1 */
  readonly times?: number;
  /** Reply of `refuse`, 400 to 599 (SMTP); answer of `http-error`, 400 to 599 (HTTP). @default 450 and 500 */
  readonly status?: number;
  /** Time of `delay` and `slow`, in milliseconds, up to 600,000. */
  readonly ms?: number;
  /** Copies of `duplicate`, messages of `reorder`. @default 2 */
  readonly count?: number;
  /** Size that `truncate` leaves. */
  readonly bytes?: number;
}

export type FaultName = (typeof FAULT_NAMES)[number];

/** All kinds of faults. */
export const FAULT_NAMES = [
  'refuse',
  'greylist',
  'http-error',
  'delay',
  'slow',
  'duplicate',
  'reorder',
  'drop',
  'truncate',
] as const;

/** Maximum number of faults of an address. */
const MAX_FAULTS = 20;

interface Range {
  readonly min: number;
  readonly max: number;
  /** Faults that take the member. @default all but `greylist` */
  readonly of?: readonly FaultName[];
  /** True if these faults need it. */
  readonly isNeeded?: true;
}

const RANGES: Readonly<Record<'times' | 'status' | 'ms' | 'count' | 'bytes', Range>> = {
  times: { min: 1, max: 1000, of: FAULT_NAMES.filter((name) => name !== 'greylist') },
  status: { min: 400, max: 599, of: ['refuse', 'http-error'] },
  ms: { min: 1, max: 600_000, of: ['delay', 'slow'], isNeeded: true },
  count: { min: 2, max: 100, of: ['duplicate', 'reorder'] },
  bytes: { min: 0, max: 25 * 1024 * 1024, of: ['truncate'], isNeeded: true },
};

/** Returns every problem of the faults of an address. They are `Fault`s if there is none. */
export function faultProblems(value: unknown): string[] {
  if (!Array.isArray(value)) return ['`faults` must be a list of faults such as { "fault": "refuse", "status": 450 }'];
  if (value.length > MAX_FAULTS) return [`An address may have ${MAX_FAULTS} faults`];
  return value.flatMap((fault: unknown, index) => problemsOf(fault).map((problem) => `faults[${index}] ${problem}`));
}

function problemsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return ['must be an object'];
  const { fault, ...members } = value as Readonly<Record<string, unknown>>;
  const name = FAULT_NAMES.find((one) => one === fault);
  if (!name) return [`has an unknown \`fault\`. Known: ${FAULT_NAMES.join(', ')}`];
  const unknown = Object.keys(members).filter((member) => !Object.hasOwn(RANGES, member));
  const wrong = Object.entries(RANGES).flatMap(([member, { min, max, of, isNeeded }]) => {
    const given = members[member];
    if (!of?.includes(name)) return given === undefined ? [] : [`is ${name}, which takes no \`${member}\``];
    if (given === undefined) return isNeeded ? [`needs \`${member}\``] : [];
    const isFit = Number.isInteger(given) && Number(given) >= min && Number(given) <= max;
    return isFit ? [] : [`has an invalid \`${member}\`: it is an integer from ${min} to ${max}`];
  });
  return [...unknown.map((member) => `has an unknown member "${member.slice(0, 40)}"`), ...wrong];
}
