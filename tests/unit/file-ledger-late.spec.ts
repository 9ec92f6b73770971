import fs, { type FileHandle } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { fileLedger } from '../../src/ledger/file.ts';
import { expect, test } from '../support/temp-folder.ts';
import { expectThrown } from '../support/thrown.ts';

const KEY = 'profile/alice';
const LONG = { timeout: 20_000, holder: 'another' };

interface Stop {
  /** Resolves when the late one has looked, and is about to create its number. */
  readonly reached: Promise<void>;
  goOn(): void;
  restore(): void;
}

/** Holds up the first time that a holder creates its number. */
function holdUp(holder: string): Stop {
  const { writeFile } = fs;
  let arrive = (): void => undefined;
  let goOn = (): void => undefined;
  let isFirst = true;
  const reached = new Promise<void>((resolve) => (arrive = resolve));
  const gate = new Promise<void>((resolve) => (goOn = resolve));
  const patch = (write: typeof writeFile): void => {
    fs.writeFile = write;
    syncBuiltinESMExports();
  };
  patch(async (file: Parameters<typeof writeFile>[0] | FileHandle, data, options) => {
    if (isFirst && typeof data === 'string' && data.includes(holder)) {
      isFirst = false;
      arrive();
      await gate;
    }
    await writeFile(file, data, options);
  });
  return { reached, goOn: () => goOn(), restore: () => patch(writeFile) };
}

test('who comes late, to a number that another had and gave back, does not hold it as well', async ({ folder }) => {
  const ledger = fileLedger({ folder });
  const stop = holdUp('the late one');
  try {
    await (await ledger.lease(KEY, LONG)).release();
    const late = ledger.lease(KEY, { timeout: 20_000, holder: 'the late one' });
    await stop.reached;
    const between = await ledger.lease(KEY, LONG);
    await between.release();
    stop.goOn();
    const lease = await late;
    expect(lease.fence).toBeGreaterThan(between.fence);
    expect(await lease.isHeld()).toBe(true);
    await expectThrown(() => ledger.lease(KEY, { timeout: 50, holder: 'another' }), 'LEASE_TIMEOUT', 'the late one');
    await lease.release();
  } finally {
    stop.restore();
  }
});
