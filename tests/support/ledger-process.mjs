// A process that uses a ledger, for tests with several processes. It runs the built package.
import { appendFile, open, rm } from 'node:fs/promises';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { openLedger } from '../../build/src/ledger/open.js';
import { readSeed } from '../../build/src/otp/seed.js';
import { Totp } from '../../build/src/otp/totp.js';
import { plainRuntime } from '../../build/src/core/runtime.js';

const [address = '', folder = '', work = '', ...args] = process.argv.slice(2);
const ledger = await openLedger(address.startsWith('redis') ? { url: address, folder } : { folder: address });
const owner = `worker ${process.pid}`;
const [times = 0] = args.map(Number);

/** Sends a message to the parent, and waits until it is sent. */
const send = (message) => new Promise((resolve) => process.send(message, resolve));
const nextMessage = () => new Promise((resolve) => process.once('message', resolve));
const start = async () => {
  await ledger.read('warm-up');
  await send('ready');
  await nextMessage();
};

const tasks = {
  /** Claims the same keys as all other processes. */
  async claim() {
    const won = [];
    const milliseconds = [];
    await start();
    for (let key = 0; key < times; key++) {
      const started = performance.now();
      if ((await ledger.claim(`message/${key}`, owner)).isMine) won.push(key);
      milliseconds.push(performance.now() - started);
    }
    await send({ won, milliseconds });
  },

  /** Takes numbers of a counter that all share. */
  async nextValue() {
    const numbers = [];
    await start();
    while (numbers.length < times) numbers.push((await ledger.nextValue('counter', { owner, atLeast: 5 })).number);
    await send({ numbers });
  },

  /** Increments a value that all share, by compare and swap. */
  async add() {
    await start();
    for (let added = 0; added < times;) {
      const { version, value } = await ledger.read('sum');
      if (await ledger.compareAndSwap('sum', version, String(Number(value ?? 0) + 1))) added++;
    }
    await send({});
  },

  /** Holds a lease until it is killed, and reports the loss of the lease. */
  async hold() {
    const lease = await ledger.lease('profile/alice', { timeout: 60_000, owner, ttl: times || 10_000 });
    lease.lost.addEventListener('abort', () => void send({ lost: lease.lost.reason.code }));
    process.on('message', () => void lease.isHeld().then((isHeld) => send({ isHeld })));
    await send({ fence: lease.fence });
    await new Promise(() => undefined);
  },

  /** Acquires a lease repeatedly, and counts how often another process has it at the same time. */
  async contend() {
    let clashes = 0;
    await start();
    for (let count = 0; count < times; count++) {
      const lease = await ledger.lease('profile/alice', { timeout: 60_000, owner });
      const marker = await open(join(folder, 'marker'), 'wx').catch(() => undefined);
      if (!marker || !(await lease.isHeld())) clashes++;
      await appendFile(join(folder, 'fences'), `${lease.fence}\n`);
      await marker?.close();
      if (marker) await rm(join(folder, 'marker'));
      await lease.release();
    }
    await send({ clashes });
  },

  /** Claims a key as a user who cannot write to the folder of the ledger. */
  async 'as-nobody'() {
    process.setgid(65534);
    process.setuid(65534);
    const { code, message } = await ledger.claim('a', owner).catch((error) => error);
    await send({ code, message });
  },

  /** Claims codes, and logs each with the time of the call and of its result. */
  async code() {
    const [, uri = '', name = 'codes'] = args;
    const totp = new Totp('alice', readSeed(uri), plainRuntime(), undefined, () => Promise.resolve(ledger));
    await start();
    for (let count = 0; count < times; count++) {
      const askedAt = Date.now();
      const code = await totp.code();
      appendFileSync(join(folder, name), `${code} ${askedAt} ${Date.now()} ${process.pid}\n`);
    }
    await send({});
  },
};

await tasks[work]();
await ledger.close();
process.disconnect();
