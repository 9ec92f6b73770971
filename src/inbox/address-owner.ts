import type { Runtime } from '../core/runtime.ts';
import { ownerName } from '../ledger/acquire-lease.ts';
import type { Owner } from '../message/owner.ts';

/** Returns the owner of the addresses of a persona: the test that uses it, else the job. */
export function addressOwner(persona: string, runtime: Runtime): Owner {
  return { persona, ...(runtime.test ?? { title: ownerName(runtime) }) };
}
