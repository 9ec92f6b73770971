import type { Ledger } from '../ledger/ledger.ts';
import { ownerName } from '../ledger/acquire-lease.ts';
import type { Runtime } from '../core/runtime.ts';
import { fingerprint } from './fingerprint.ts';
import type { OtpSeed } from './seed.ts';

/** Takes the next counter value of a seed, for good: one that is not used after all is left out, never repeated. */
export async function claimCount(seed: OtpSeed, runtime: Runtime, ledger: Ledger): Promise<number> {
  return (await ledger.nextValue(keyOf(seed), { owner: ownerName(runtime), atLeast: seed.counter ?? 0 })).number;
}

/** The value that would be taken next. */
export async function nextCount(seed: OtpSeed, ledger: Ledger): Promise<number> {
  return Math.max(((await ledger.highest(keyOf(seed))) ?? -1) + 1, seed.counter ?? 0);
}

/** Takes the last of the next so many values, and so all of them. */
export async function leaveOut(seed: OtpSeed, count: number, runtime: Runtime, ledger: Ledger): Promise<void> {
  const atLeast = (await nextCount(seed, ledger)) + count - 1;
  await ledger.nextValue(keyOf(seed), { owner: ownerName(runtime), atLeast });
}

function keyOf(seed: OtpSeed): string {
  return `hotp/${fingerprint(seed)}`;
}
