// Calls ledger operations, and sends the milliseconds of each call to the parent.
import { openLedger } from '../../build/src/ledger/open.js';

const [address = '', times = '0', pause = '0', waiters = '0'] = process.argv.slice(2);
const ledger = await openLedger(address.startsWith('redis') ? { url: address, folder: '' } : { folder: address });
const operations = {
  claim: (number) => ledger.claim(`message/${number}`, 'bench'),
  counter: () => ledger.nextValue('hotp', { owner: 'bench' }),
  step: (number) => ledger.nextValue(`totp/${number}`, { owner: 'bench', ephemeral: true }),
  lease: async (number) => {
    const lease = await ledger.lease(`bench/${process.pid}/${number}`, {
      timeout: 10_000,
      owner: 'bench',
      ephemeral: true,
    });
    await lease.release();
  },
};
for (const operation of Object.values(operations)) await operation(-1); // warms up

/** Hands one lease over among the waiters of all processes. */
async function handOver() {
  const started = performance.now();
  const take = async () => {
    const lease = await ledger.lease('bench/crowd', { timeout: 600_000, owner: 'bench', ephemeral: true });
    await lease.release();
  };
  await Promise.all(Array.from({ length: Number(waiters) }, async () => (await take(), await take())));
  return [performance.now() - started];
}

process.on('message', async (name) => {
  if (name === 'handOver') return process.send(await handOver());
  const milliseconds = [];
  for (let number = 0; number < Number(times); number++) {
    const started = performance.now();
    await operations[name](number);
    milliseconds.push(performance.now() - started);
    if (pause !== '0') await new Promise((resolve) => setTimeout(resolve, Math.random() * 2 * Number(pause)));
  }
  process.send(milliseconds);
});
process.on('disconnect', () => void ledger.close());
process.send('ready');
