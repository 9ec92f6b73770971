import type { Runtime } from '../core/runtime.ts';
import { ownerName } from '../ledger/acquire-lease.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { fingerprint } from './fingerprint.ts';
import type { OtpSeed } from './seed.ts';

/** Claims the next counter value of a seed. A value that is not used after all is skipped, never repeated. */
export async function claimCounter(seed: OtpSeed, runtime: Runtime, ledger: Ledger): Promise<number> {
  return (await ledger.nextValue(keyOf(seed), { owner: ownerName(runtime), atLeast: seed.counter ?? 0 })).number;
}

/** Returns the counter value that would be claimed next, without claiming it. */
export async function peekCounter(seed: OtpSeed, ledger: Ledger): Promise<number> {
  return Math.max(((await ledger.highest(keyOf(seed))) ?? -1) + 1, seed.counter ?? 0);
}

/** Skips the next `count` counter values by claiming the last of them. */
export async function skipCounters(seed: OtpSeed, count: number, runtime: Runtime, ledger: Ledger): Promise<void> {
  const atLeast = (await peekCounter(seed, ledger)) + count - 1;
  await ledger.nextValue(keyOf(seed), { owner: ownerName(runtime), atLeast });
}

function keyOf(seed: OtpSeed): string {
  return `hotp/${fingerprint(seed)}`;
}
