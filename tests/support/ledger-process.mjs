// A process that uses a ledger, for the tests of what processes do to each other. It runs the built package.
import { appendFile, open, rm } from 'node:fs/promises';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLedger } from '../../dist/src/ledger/open.js';
import { readSeed } from '../../dist/src/otp/seed.js';
import { Totp } from '../../dist/src/otp/totp.js';
import { plainRuntime } from '../../dist/src/core/runtime.js';

const [place = '', folder = '', work = '', ...args] = process.argv.slice(2);
const ledger = await openLedger(place.startsWith('redis') ? { url: place, folder } : { folder: place });
const by = `worker ${process.pid}`;
const [times = 0] = args.map(Number);

/** Tells the parent, and waits until it was told. */
const tell = (message) => new Promise((done) => process.send(message, done));
const told = () => new Promise((go) => process.once('message', go));
const start = async () => {
  await ledger.read('warm-up');
  await tell('ready');
  await told();
};

const works = {
  /** Claims the same keys as all others. */
  async claim() {
    const won = [];
    const milliseconds = [];
    await start();
    for (let key = 0; key < times; key++) {
      const started = performance.now();
      if ((await ledger.claim(`message/${key}`, by)).isMine) won.push(key);
      milliseconds.push(performance.now() - started);
    }
    await tell({ won, milliseconds });
  },

  async rise() {
    const numbers = [];
    await start();
    while (numbers.length < times) numbers.push((await ledger.nextValue('counter', { owner: by, atLeast: 5 })).number);
    await tell({ numbers });
  },

  /** Adds to a value that all share, by compare and swap. */
  async add() {
    await start();
    for (let added = 0; added < times;) {
      const { version, value } = await ledger.read('sum');
      if (await ledger.compareAndSwap('sum', version, String(Number(value ?? 0) + 1))) added++;
    }
    await tell({});
  },

  /** Holds a lease until it is killed, and tells when it has lost it. */
  async hold() {
    const lease = await ledger.lease('profile/alice', { timeout: 60_000, owner: by, ttl: times || 10_000 });
    lease.lost.addEventListener('abort', () => void tell({ lost: lease.lost.reason.code }));
    process.on('message', () => void lease.isHeld().then((isHeld) => tell({ isHeld })));
    await tell({ fence: lease.fence });
    await new Promise(() => undefined);
  },

  /** Takes a lease again and again, and looks whether another has it, too. */
  async contend() {
    let clashes = 0;
    await start();
    for (let taken = 0; taken < times; taken++) {
      const lease = await ledger.lease('profile/alice', { timeout: 60_000, owner: by });
      const marker = await open(join(folder, 'marker'), 'wx').catch(() => undefined);
      if (!marker || !(await lease.isHeld())) clashes++;
      await appendFile(join(folder, 'fences'), `${lease.fence}\n`);
      await marker?.close();
      if (marker) await rm(join(folder, 'marker'));
      await lease.release();
    }
    await tell({ clashes });
  },

  /** Has no right to write where the ledger is. */
  async 'as-nobody'() {
    process.setgid(65534);
    process.setuid(65534);
    const { code, message } = await ledger.claim('a', by).catch((error) => error);
    await tell({ code, message });
  },

  /** Takes codes, and writes each down with when it was asked for and when it came. */
  async code() {
    const [, uri = '', name = 'codes'] = args;
    const totp = new Totp('alice', readSeed(uri), plainRuntime(), undefined, () => Promise.resolve(ledger));
    await start();
    for (let taken = 0; taken < times; taken++) {
      const asked = Date.now();
      const code = await totp.code();
      appendFileSync(join(folder, name), `${code} ${asked} ${Date.now()} ${process.pid}\n`);
    }
    await tell({});
  },
};

await works[work]();
await ledger.close();
process.disconnect();
