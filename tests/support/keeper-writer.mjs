// A process that keeps what a persona learns, for tests of writers that are killed. It runs the built package.
import { openPersona } from '../../build/src/project/open-persona.js';

const [folder, work, name, times] = process.argv.slice(2);
const ORIGIN = 'https://acme.example';

/** Sends a message to the parent, and waits until it is sent. */
const send = (message) => new Promise((done) => process.send(message, done));

const { keeper } = await openPersona('alice', { folder });

if (work === 'changes') {
  // One password after the other, each of which the site accepts: 1, 2, 3, …
  for (;;) {
    const number = Number(keeper.record.sites[0].password) + 1;
    const change = await keeper.propose(ORIGIN, { password: String(number) });
    await send(number); // the site has the password from here on
    await change.confirm();
  }
}

if (work === 'codes') {
  await send('ready');
  await new Promise((go) => process.once('message', go));
  for (let number = 1; number <= Number(times); number++) {
    await keeper.propose(ORIGIN, { recoveryCodes: [`${name}-${number}`] });
    await keeper.close(); // the change stays unconfirmed
  }
  await send('done');
  process.disconnect();
}
