// @ts-check
// Reads all codes of a mailbox, as one of several workers: node code-reader-process.mjs PORT LEDGER ADDRESS
import { fileLedger } from '../../build/src/ledger/file-ledger.js';
import { plainRuntime } from '../../build/src/core/runtime.js';
import { imap } from '../../build/src/sources/imap.js';
import { Inbox } from '../../build/src/inbox/inbox.js';

const [port, folder = '', address = ''] = process.argv.slice(2);
const source = imap({ host: '127.0.0.1', port: Number(port), secure: false, user: 'qa@acme.test' });
const ledger = fileLedger({ folder });
const watch = await source.watch('email', address);
const runtime = { ...plainRuntime(3000), owner: `process ${process.pid}` };
const inbox = new Inbox(address, { watch: Promise.resolve(watch), runtime, claims: async () => ledger });
process.stdout.write('ready\n');
for (;;) {
  const code = await inbox.waitForCode().catch((error) => {
    if (error.code === 'CODE_TIMEOUT') return undefined;
    throw error;
  });
  if (code === undefined) break;
  process.stdout.write(`${code}\n`);
}
await source.close();
await ledger.close();
