import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import { Totp } from '../../src/otp/totp.ts';
import { readSeed } from '../../src/otp/seed.ts';
import { type RedisLedgerOptions, redisLedger } from '../../src/ledger/redis-ledger.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { FakeRuntime } from '../support/fake-runtime.ts';
import { expect, goAll, test as base } from '../support/ledger-test.ts';
import { HAS_REDIS, RedisServer, WITHOUT_REDIS, freePort } from '../support/redis-server.ts';
import { expectThrown } from '../support/thrown.ts';

const SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const LONG = { timeout: 20_000, owner: 'the test' };

interface Fixtures {
  /** Starts a server for this test alone. */
  startServer: (options?: readonly string[]) => Promise<RedisServer>;
  ledgerAt: (options: RedisLedgerOptions) => Ledger;
}

const test = base.extend<Fixtures>({
  driver: 'redis',
  startServer: async ({}, use) => {
    base.skip(!HAS_REDIS, WITHOUT_REDIS);
    const servers: RedisServer[] = [];
    await use(async (options) => {
      const server = await RedisServer.start(options);
      servers.push(server);
      return server;
    });
    await Promise.all(servers.map((server) => server.stop()));
  },
  ledgerAt: async ({}, use) => {
    const ledgers: Ledger[] = [];
    await use((options) => {
      const ledger = redisLedger(options);
      ledgers.push(ledger);
      return ledger;
    });
    await Promise.all(ledgers.map((ledger) => ledger.close()));
  },
});

/** Runs `work` while all other connections to a server are cut every 50 ms. Returns its result and the number of cuts. */
async function whileCutting<T>(server: RedisServer, work: () => Promise<T>): Promise<{ result: T; cuts: number }> {
  const client = createClient({ url: `redis://127.0.0.1:${server.port}` });
  const over = new AbortController();
  await client.connect();
  const cutting = (async () => {
    let cuts = 0;
    while (!over.signal.aborted) {
      cuts += await client.sendCommand<number>(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']);
      await sleep(50, undefined, { signal: over.signal }).catch(() => undefined);
    }
    return cuts;
  })();
  try {
    const result = await work();
    over.abort();
    return { result, cuts: await cutting };
  } finally {
    over.abort();
    await cutting.catch(() => undefined); // already thrown, if it was awaited
    client.destroy();
  }
}

test.describe('while connections are cut every 50 ms', () => {
  test('each key still has one winner', async ({ redis, startProcess }) => {
    const processes = Array.from({ length: 4 }, () => startProcess('claim', 300));
    const { result, cuts } = await whileCutting(redis as RedisServer, () => goAll(processes));
    expect(cuts).toBeGreaterThan(0);
    const won = (result as { won: number[] }[]).flatMap(({ won }) => won);
    expect(won.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, key) => key));
  });

  test('numbers still rise without gaps or repeats', async ({ redis, startProcess }) => {
    const processes = Array.from({ length: 4 }, () => startProcess('nextValue', 200));
    const { result, cuts } = await whileCutting(redis as RedisServer, () => goAll(processes));
    expect(cuts).toBeGreaterThan(0);
    const numbers = (result as { numbers: number[] }[]).flatMap(({ numbers }) => numbers);
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 800 }, (_, index) => index + 5));
  });

  test('a lease still has one holder at a time, and passes on', async ({ redis, startProcess }) => {
    const processes = Array.from({ length: 4 }, () => startProcess('contend', 8));
    const { result, cuts } = await whileCutting(redis as RedisServer, () => goAll(processes));
    expect(result).toEqual(processes.map(() => ({ clashes: 0 })));
    expect(cuts).toBeGreaterThan(0);
  });
});

test('a server that is killed and restarted has lost nothing that it confirmed', async ({ redis, startProcess }) => {
  const processes = Array.from({ length: 4 }, () => startProcess('nextValue', 300));
  const results = goAll(processes);
  await expect.poll(() => Number(redis?.command('DBSIZE'))).toBeGreaterThan(0);
  await redis?.halt('SIGKILL');
  await redis?.run();
  const numbers = ((await results) as { numbers: number[] }[]).flatMap(({ numbers }) => numbers);
  expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1200 }, (_, index) => index + 5));
});

test('a missing server is reported within the timeout', async ({ ledgerAt }) => {
  const port = await freePort();
  const ledger = ledgerAt({ url: `redis://:geheim@127.0.0.1:${port}`, timeout: 500 });
  await ledger.claim('warm-up', 'x').catch(() => undefined); // loads the package
  const started = Date.now();
  const parts = [`Redis at 127.0.0.1:${port}`, 'ECONNREFUSED', 'PLAYWRIGHT_2FA_LEDGER'];
  const error = await expectThrown(() => ledger.claim('message/1', 'x'), 'LEDGER_UNREACHABLE', ...parts);
  expect(Date.now() - started).toBeLessThan(5000);
  expect(JSON.stringify(error) + String(error.stack)).not.toContain('geheim');
});

test('a stopped server is reported, and used again after its restart', async ({ startServer, ledgerAt }) => {
  const server = await startServer();
  const ledger = ledgerAt({ url: server.url(), timeout: 1000 });
  expect((await ledger.nextValue('counter', { owner: 'x' })).number).toBe(0);
  await server.halt();
  await expectThrown(() => ledger.nextValue('counter', { owner: 'x' }), 'LEDGER_UNREACHABLE', 'is not known');
  await server.run();
  expect((await ledger.nextValue('counter', { owner: 'x' })).number).toBe(1);
});

test('a server that hangs is reported, and its leases are lost', async ({ startServer, ledgerAt }) => {
  const server = await startServer();
  const ledger = ledgerAt({ url: server.url(), timeout: 2000 });
  const lease = await ledger.lease('profile/alice', { ...LONG, ttl: 3000 });
  const lost = new Promise((resolve) => lease.lost.addEventListener('abort', resolve));
  server.pause();
  await expectThrown(() => lease.isHeld(), 'LEDGER_UNREACHABLE', 'does not answer');
  await lost;
  expect(lease.lost.reason).toMatchObject({ code: 'LEASE_LOST', message: expect.stringContaining('"profile/alice"') });
  expect(await lease.isHeld()).toBe(false);
  server.resume();
});

for (const [name, credentials, seen] of [
  ['wrong', ':falsch@', 'WRONGPASS'],
  ['missing', '', 'NOAUTH'],
] as const) {
  test(`a ${name} password is reported at once, and not shown`, async ({ startServer, ledgerAt }) => {
    const server = await startServer(['--requirepass', 'geheim']);
    const ledger = ledgerAt({ url: server.url('test', credentials) });
    const work = (): Promise<unknown> => ledger.claim('message/1', 'x');
    const error = await expectThrown(work, 'LEDGER_REFUSED', seen, 'redis://user:password@host');
    expect(String(error.stack)).not.toContain('falsch');
    const right = ledgerAt({ url: server.url('test', ':geheim@') });
    expect((await right.claim('message/1', 'x')).isMine).toBe(true);
  });
}

test('a replica is refused', async ({ startServer, ledgerAt }) => {
  const server = await startServer();
  const replica = await startServer(['--replicaof', '127.0.0.1', String(server.port)]);
  const ledger = ledgerAt({ url: replica.url() });
  const work = (): Promise<unknown> => ledger.nextValue('counter', { owner: 'x' });
  await expectThrown(work, 'LEDGER_REFUSED', 'READONLY', 'primary');
});

test('all keys begin with the prefix, and the keys of one operation share a cluster slot', async ({
  startServer,
  ledgerAt,
}) => {
  const server = await startServer();
  const ledger = ledgerAt({ url: server.url('shop') });
  await ledger.claim('a{b}', 'x');
  await ledger.nextValue('a{b}', { owner: 'x' });
  await ledger.compareAndSwap('a{b}', 0, 'value');
  await ledger.count('a{b}', { window: 60_000, add: 1 });
  await ledger.lease('a{b}', LONG);
  const keys = server.command('KEYS', '*').split('\n');
  expect(keys).toHaveLength(9);
  for (const key of keys) expect(key).toMatch(/^shop:\{a%7Bb%7D\}:\w+$/);
});

test.describe('a clock that is 90 s off', () => {
  for (const [direction, offset] of [
    ['ahead of', 90_000],
    ['behind', -90_000],
  ] as const) {
    test(`${direction} that of the server is reported, and claims no step`, async ({ startServer, ledgerAt }) => {
      const server = await startServer();
      const ledger = ledgerAt({ url: server.url() });
      const runtime = new FakeRuntime({ now: () => Date.now() + offset });
      const totp = new Totp('alice', readSeed(SEED), runtime, undefined, () => Promise.resolve(ledger));
      await expectThrown(() => totp.code(), 'CLOCK_OFF', '"alice"', `90 s ${direction}`, 'NTP', '`clockSkew: 0`');
      expect(server.command('KEYS', '*')).toBe('');
    });
  }

  test('neither shortens nor extends a lease', async ({ open }) => {
    const { now } = Date;
    const [one, other] = [await open(), await open()];
    const lease = await one.lease('profile/alice', { ...LONG, ttl: 1000 });
    Date.now = () => now() + 90_000;
    try {
      await expectThrown(() => other.lease('profile/alice', { timeout: 1500, owner: 'x' }), 'LEASE_TIMEOUT');
      expect(await lease.isHeld()).toBe(true);
    } finally {
      Date.now = now;
    }
  });
});
