import { sleep } from '../core/abortable.ts';

/** Time, waiting and randomness of a keeper. */
export interface KeeperClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Waits for `ms` milliseconds. @throws the reason of the signal */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  /** Returns a number from 0 to 1, without 1. */
  random(): number;
}

/** Longest timer of Node, in milliseconds. */
const MAX_TIMER = 2 ** 31 - 1;

export const SYSTEM_CLOCK: KeeperClock = {
  now: Date.now,
  sleep: (ms, signal) => sleep(Math.min(ms, MAX_TIMER), { signal }),
  random: Math.random,
};
