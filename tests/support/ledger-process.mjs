// A process that uses a ledger, for tests with several processes. It runs the built package.
import { appendFile, open, rm } from 'node:fs/promises';
import { appendFileSync, closeSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
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

/** Returns false if the work throws. */
const attempt = (work) => {
  try {
    work();
    return true;
  } catch {
    return false;
  }
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

  /**
   * Acquires a lease repeatedly, with many waiters in one process. A file that only one can create shows overlaps. Logs
   * the time of each handover by the monotonic clock of the machine.
   */
  async crowd() {
    const waiters = Number(args[1]);
    const [marker, log] = [join(folder, 'marker'), join(folder, 'log')];
    let overlaps = 0;
    const take = async () => {
      const lease = await ledger.lease('profile/alice', { timeout: 300_000, owner });
      const isAlone = attempt(() => closeSync(openSync(marker, 'wx')));
      if (!isAlone) overlaps++;
      const startedAt = process.hrtime.bigint();
      await new Promise(setImmediate);
      appendFileSync(log, `${lease.fence} ${startedAt} ${process.hrtime.bigint()}\n`);
      if (isAlone) rmSync(marker);
      await lease.release();
    };
    await start();
    await Promise.all(
      Array.from({ length: waiters }, async () => {
        for (let count = 0; count < times; count++) await take();
      }),
    );
    await send({ overlaps });
  },

  /** Holds a lease, and replaces a file under it when told to. */
  async replace() {
    const lease = await ledger.lease('profile/alice', { timeout: 60_000, owner, ttl: times });
    const draft = join(folder, `draft-${process.pid}`);
    writeFileSync(draft, owner);
    process.on('message', () => {
      void lease.renameFile(draft, join(folder, 'target')).then(
        () => send({ renamed: true }),
        ({ code }) => send({ code }),
      );
    });
    await send({ fence: lease.fence });
    await new Promise(() => undefined);
  },

  /** Uses the processor until it is ended, with a low priority. */
  async burn() {
    setPriority(10);
    await send('ready');
    for (
      const end = performance.now() + times;
      performance.now() < end && process.connected;
      await new Promise(setImmediate)
    )
      for (const slice = performance.now() + 50; performance.now() < slice;);
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
