import { AsyncLocalStorage } from 'node:async_hooks';
import { type MessageKind, foldAddress } from '../../message/address.ts';
import type { Fault } from '../../protocol/fault.ts';
import type { Delivery, DeliveryTarget } from './delivery.ts';
import { type FaultScript, FaultState, nextFault, refusalOf } from './fault-script.ts';
import { HeldDeliveries } from './held-deliveries.ts';

/** Maximum number of addresses that have faults, and the maximum length of an address, in characters. */
const MAX_SCRIPTS = 1000;
const MAX_ADDRESS = 320;

/** A delivery that a fault refuses. */
export class FaultRefusal extends Error {
  /** SMTP reply or HTTP status. */
  readonly status: number;

  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

/** Faults on demand, by address. Each delivery to an address meets the first fault of it that has times left. */
export class Faults {
  readonly #target: DeliveryTarget;
  readonly #held: HeldDeliveries;
  #scripts: FaultScript[] = [];
  /** Answers of the delivery that is being handled wait for these. */
  readonly #answering = new AsyncLocalStorage<Promise<void>[]>();

  constructor(target: DeliveryTarget) {
    this.#target = target;
    this.#held = new HeldDeliveries(target);
  }

  /** True if an address has faults. */
  get isActive(): boolean {
    return this.#scripts.length > 0;
  }

  /** Replaces the faults that an owner has set for an address. @returns a problem, or undefined */
  set(owner: object, kind: MessageKind, to: string, faults: readonly Fault[]): string | undefined {
    if (to.length > MAX_ADDRESS) return `An address may have ${MAX_ADDRESS} characters`;
    this.clear(owner, kind, to);
    if (this.#scripts.length >= MAX_SCRIPTS) return `${MAX_SCRIPTS} addresses have faults already`;
    if (faults.length > 0)
      this.#scripts.push({ owner, kind, to, states: faults.map((fault) => new FaultState(fault)) });
    return undefined;
  }

  /** Removes faults, and stores what they hold. @returns the number of addresses that had some */
  clear(owner: object | undefined, kind?: MessageKind, to?: string): number {
    const isMeant = (script: FaultScript): boolean =>
      (owner === undefined || script.owner === owner) &&
      (to === undefined || (script.kind === kind && isTo(script, to)));
    const removed = this.#scripts.filter(isMeant);
    this.#scripts = this.#scripts.filter((script) => !isMeant(script));
    for (const { states } of removed) for (const state of states) this.#held.release(state);
    return removed.length;
  }

  /** Returns the faults of all addresses, or of one, and how often each was met. */
  list(to?: string): object[] {
    return this.#scripts
      .filter((script) => to === undefined || isTo(script, to))
      .map(({ to, states }) => ({ to, faults: states.map(({ fault, met }) => ({ ...fault, met })) }));
  }

  /** Returns the refusal of a recipient by SMTP, if a fault asks for it. */
  refuseRecipient(sender: string, to: string): FaultRefusal | undefined {
    const state = refusalOf(this.#statesOf('email', to), foldAddress('email', sender));
    if (!state) return undefined;
    const { fault, status = 450 } = state.fault;
    const text = fault === 'greylist' ? 'greylisted, try again' : 'refused';
    return new FaultRefusal(status, `fault "${fault}": mail to ${to} is ${text}`);
  }

  /**
   * Checks deliveries that are stored together. Without it, one that fails would leave those before it in the store.
   *
   * @throws FaultRefusal if a gateway is to answer with an error
   */
  requireAll(deliveries: readonly Delivery[]): void {
    if (!this.isActive) return;
    // Several messages to one address meet its faults one after the other.
    const deliveredTo = new Map<FaultState, number>();
    const moreOf = (state: FaultState): number => this.#metAfter(state, deliveredTo.get(state) ?? 0);
    for (const { kind, to, via } of deliveries)
      for (const one of to) {
        const state = nextFault(this.#statesOf(kind, one), via === 'smtp', moreOf);
        if (state?.fault.fault === 'http-error') throw this.#httpError(state, one);
        if (state) deliveredTo.set(state, (deliveredTo.get(state) ?? 0) + 1);
      }
  }

  /**
   * Takes a delivery to those recipients that have faults. Returns the other recipients.
   *
   * @throws FaultRefusal if a gateway is to answer with an error
   */
  admit(delivery: Delivery): readonly string[] {
    const isSmtp = delivery.via === 'smtp';
    const met = delivery.to.map((to) => ({ to, state: nextFault(this.#statesOf(delivery.kind, to), isSmtp) }));
    const failing = met.find(({ state }) => state?.fault.fault === 'http-error');
    if (failing?.state) throw this.#httpError(failing.state, failing.to);
    for (const { to, state } of met) if (state) this.#apply(state, { ...delivery, to: [to] });
    return met.filter(({ state }) => !state).map(({ to }) => to);
  }

  /** Runs a delivery. Resolves with its result when its answer may be sent. */
  async answer<T>(deliver: () => T | Promise<T>): Promise<T> {
    const waits: Promise<void>[] = [];
    const result = await this.#answering.run(waits, deliver);
    await Promise.all(waits);
    return result;
  }

  /** Returns the number of times that some deliveries meet a fault. One that reorders is met once by all that it holds. */
  #metAfter(state: FaultState, deliveries: number): number {
    const { fault, count = 2 } = state.fault;
    return fault === 'reorder' ? Math.floor((this.#held.countOf(state) + deliveries) / count) : deliveries;
  }

  #httpError(state: FaultState, to: string): FaultRefusal {
    state.met++;
    const { status = 500 } = state.fault;
    const text = `fault "http-error": the message to ${to} is answered with HTTP ${status}`;
    this.#target.refused(text);
    return new FaultRefusal(status, text);
  }

  #apply(state: FaultState, delivery: Delivery): void {
    const { fault, ms, count = 2, bytes = 0 } = state.fault;
    const note = (text: string): void =>
      this.#target.refused(`fault "${fault}": the message to ${delivery.to[0]} ${text}`);
    if (fault !== 'reorder') state.met++;
    switch (fault) {
      case 'delay':
        note(`is stored ${ms} ms later`);
        void this.#held.hold(delivery, state, ms);
        return;
      case 'slow':
        note(`is stored and answered ${ms} ms later`);
        return this.#answerAfter(this.#inFlight(delivery, this.#held.hold(delivery, state, ms)));
      case 'duplicate':
        for (let copy = 0; copy < count; copy++) this.#target.put(delivery);
        return;
      case 'reorder':
        note(`is held until ${count} have come`);
        void this.#held.hold(delivery, state);
        if (this.#held.countOf(state) < count) return;
        state.met++;
        this.#held.release(state, true);
        return;
      case 'drop':
        return note('is dropped');
      case 'truncate':
        note(`is cut after ${bytes} ${delivery.kind === 'email' ? 'bytes' : 'characters'}`);
        this.#target.put({ ...delivery, chunks: [cut(delivery, bytes)] });
    }
  }

  /** Counts a delivery as one that is on its way until it is stored. */
  async #inFlight({ kind, to }: Delivery, stored: Promise<void>): Promise<void> {
    const key = {};
    const folded = to.map((address) => foldAddress(kind, address));
    this.#target.deliveries.begun(kind, key);
    this.#target.deliveries.addressed(key, folded);
    await stored;
    this.#target.deliveries.closed(key);
  }

  #answerAfter(stored: Promise<void>): void {
    this.#answering.getStore()?.push(stored);
  }

  #statesOf(kind: MessageKind, to: string): FaultState[] {
    if (!this.isActive) return [];
    return this.#scripts.filter((script) => script.kind === kind && isTo(script, to)).flatMap(({ states }) => states);
  }
}

function isTo({ kind, to }: FaultScript, address: string): boolean {
  return foldAddress(kind, to) === foldAddress(kind, address);
}

function cut({ kind, chunks }: Delivery, length: number): Buffer {
  const whole = Buffer.concat(chunks);
  return kind === 'email'
    ? whole.subarray(0, length)
    : Buffer.from(Array.from(whole.toString()).slice(0, length).join(''));
}
