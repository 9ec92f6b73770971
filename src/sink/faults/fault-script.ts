import type { MessageKind } from '../../message/address.ts';
import type { Fault, FaultName } from '../../protocol/fault.ts';

/** Maximum number of senders that a greylist remembers. */
const MAX_SENDERS = 1000;

/** Faults of SMTP, which end before the mail is sent. */
const SMTP_ONLY: ReadonlySet<FaultName> = new Set(['refuse', 'greylist']);

/** A fault, and how often it was met. */
export class FaultState {
  readonly fault: Fault;
  met = 0;
  readonly #senders = new Set<string>();

  constructor(fault: Fault) {
    this.fault = fault;
  }

  /** True if no further delivery meets it. */
  get isOver(): boolean {
    return this.isOverAfter(0);
  }

  /** True if no further delivery meets it once it is met `more` times. */
  isOverAfter(more: number): boolean {
    return this.fault.fault !== 'greylist' && this.met + more >= (this.fault.times ?? 1);
  }

  /** Refuses a sender once. Returns false for a sender that was refused before. */
  greylists(sender: string): boolean {
    if (this.#senders.has(sender) || this.#senders.size >= MAX_SENDERS) return false;
    this.#senders.add(sender);
    return true;
  }
}

/** The faults of an address, in the order in which deliveries meet them. */
export interface FaultScript {
  readonly kind: MessageKind;
  readonly to: string;
  /** Client that set them. They end with it. */
  readonly owner: object;
  readonly states: readonly FaultState[];
}

/** Returns the fault that refuses a recipient by SMTP, and counts it. @param states faults of the recipient */
export function refusalOf(states: readonly FaultState[], sender: string): FaultState | undefined {
  for (const state of states) {
    const { fault } = state.fault;
    if (state.isOver || fault === 'http-error') continue;
    if (!SMTP_ONLY.has(fault)) return undefined;
    if (fault === 'greylist' && !state.greylists(sender)) continue;
    state.met++;
    return state;
  }
  return undefined;
}

/**
 * Returns the fault that a delivery meets, and does not count it yet.
 *
 * @param isSmtp true for a delivery by SMTP
 * @param moreOf returns the number of deliveries before it that meet a fault, and are not counted yet. @default 0
 */
export function nextFault(
  states: readonly FaultState[],
  isSmtp: boolean,
  moreOf: (state: FaultState) => number = () => 0,
): FaultState | undefined {
  return states.find((state) => {
    const { fault } = state.fault;
    return !state.isOverAfter(moreOf(state)) && !SMTP_ONLY.has(fault) && !(isSmtp && fault === 'http-error');
  });
}
