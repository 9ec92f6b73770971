// Claims keys as fast as it can, and tells how long each took.
import { openLedger } from '../../dist/src/ledger/open.js';

const [place = '', times = '0', pause = '0'] = process.argv.slice(2);
const ledger = await openLedger(place.startsWith('redis') ? { url: place, folder: '' } : { folder: place });
const works = {
  claim: (number) => ledger.claim(`message/${number}`, 'bench'),
  rise: () => ledger.nextValue('hotp', { owner: 'bench' }),
  step: (number) => ledger.nextValue(`totp/${number}`, { owner: 'bench', ephemeral: true }),
  lease: async (number) => {
    const lease = await ledger.lease(`turn/${process.pid}/${number}`, {
      timeout: 10_000,
      owner: 'bench',
      ephemeral: true,
    });
    await lease.release();
  },
};
for (const work of Object.values(works)) await work(-1);

process.on('message', async (name) => {
  const milliseconds = [];
  for (let number = 0; number < Number(times); number++) {
    const started = performance.now();
    await works[name](number);
    milliseconds.push(performance.now() - started);
    if (pause !== '0') await new Promise((done) => setTimeout(done, Math.random() * 2 * Number(pause)));
  }
  process.send(milliseconds);
});
process.on('disconnect', () => void ledger.close());
process.send('ready');
