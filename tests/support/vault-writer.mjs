// A process that writes to a vault, for tests of concurrent writers. It runs the built package.
import { VAULT_SCHEMA } from '../../build/src/persona/from-vault.js';
import { openVault } from '../../build/src/vault/vault.js';

const [folder, work, name, times] = process.argv.slice(2);
const vault = openVault({ folder, schema: VAULT_SCHEMA });

/** Sends a message to the parent, and waits until it is sent. */
const send = (message) => new Promise((done) => process.send(message, done));

if (work === 'entries') {
  await vault.read('alice'); // loads all modules
  await send('ready');
  await new Promise((go) => process.once('message', go));
  for (let entry = 1; entry <= Number(times); entry++) {
    const site = { name: `${name}-${entry}`, origins: ['https://acme.example'] };
    await vault.update('alice', (record) => ({ ...record, sites: [...record.sites, site] }));
  }
  await send('done');
  process.disconnect();
}

if (work === 'loop') {
  for (;;) {
    await vault.update('alice', (record) => {
      const next = Number.parseInt(record.email, 10) + 1;
      process.send(next); // the parent may kill this process from here on
      return { ...record, email: `${next}@acme.example`, phone: `+1${String(next).padStart(10, '0')}` };
    });
  }
}
