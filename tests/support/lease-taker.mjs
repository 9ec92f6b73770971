// A process that takes a lease, for the tests of what processes do to each other. It runs the built package.
import { appendFile, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileLedger } from '../../dist/src/ledger/file.js';

const [folder = '', work, times] = process.argv.slice(2);
const ledger = fileLedger({ folder });
const take = () => ledger.lease('profile/alice', { timeout: 60_000, holder: `taker ${process.pid}` });

/** Tells the parent, and waits until it was told. */
const tell = (message) => new Promise((done) => process.send(message, done));

if (work === 'hold') {
  const { fence } = await take();
  process.on('message', () => undefined); // stays until it is killed
  await tell({ fence });
}

if (work === 'contend') {
  let clashes = 0;
  await tell('ready');
  await new Promise((go) => process.once('message', go));
  for (let taken = 0; taken < Number(times); taken++) {
    const lease = await take();
    const marker = await open(join(folder, 'marker'), 'wx').catch(() => undefined);
    if (!marker || !(await lease.isHeld())) clashes++;
    await appendFile(join(folder, 'fences'), `${lease.fence}\n`);
    await marker?.close();
    if (marker) await rm(join(folder, 'marker'));
    await lease.release();
  }
  await tell({ clashes });
  process.disconnect();
}
