import { ExclusiveQueue } from '../../core/exclusive-queue.ts';
import { LEASE_TIMEOUT } from '../../ledger/acquire-lease.ts';
import type { Lease } from '../../ledger/ledger.ts';
import { type RestoreOptions, leaseOf } from '../restore.ts';

/** Turns on a session whose tokens work once: of all processes, one has it at a time. */
export class SessionTurns {
  readonly #options: Pick<RestoreOptions, 'name' | 'ledger' | 'longWait' | 'owner'>;
  readonly #queue = new ExclusiveQueue();

  constructor(options: Pick<RestoreOptions, 'name' | 'ledger' | 'longWait' | 'owner'>) {
    this.#options = options;
  }

  /** Runs a work with the lease of the session. @throws TwoFactorError `LEASE_TIMEOUT` */
  async run<T>(work: (lease: Lease) => Promise<T>): Promise<T> {
    return await this.#queue.run(async () => {
      const { owner = `process ${process.pid}` } = this.#options;
      const lease = await leaseOf(this.#options, { timeout: LEASE_TIMEOUT, owner });
      try {
        return await work(lease);
      } finally {
        await lease.release();
      }
    });
  }
}
