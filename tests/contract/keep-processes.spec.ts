import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { fileLedger } from '../../src/ledger/file-ledger.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { redisLedger } from '../../src/ledger/redis-ledger.ts';
import { openProfiles } from '../../src/profile/store/open.ts';
import type { ProfileStore } from '../../src/profile/store/store.ts';
import { HAS_REDIS, RedisServer, WITHOUT_REDIS } from '../support/redis-server.ts';
import { RenewingSite, ask } from '../support/renewing-site.ts';
import { expect, test } from '../support/temp-folder.ts';

const PROCESS = fileURLToPath(new URL('../support/keeper-process.mjs', import.meta.url));
const PASSWORD = 'Correct-Horse-4711';

interface RunningKeeper {
  readonly process: ChildProcess;
  /** Number of probes of this keeper. */
  probes: number;
  /** Reasons of rounds that failed. */
  readonly failures: string[];
}

function startKeeper(site: RenewingSite, folder: string, redis = ''): RunningKeeper {
  const process = fork(PROCESS, [site.url, folder, redis], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const keeper: RunningKeeper = { process, probes: 0, failures: [] };
  process.on('message', ({ probes = 0, reason }: { probes?: number; reason?: string }) => {
    keeper.probes += probes;
    if (reason !== undefined) keeper.failures.push(reason);
  });
  return keeper;
}

async function kill({ process }: RunningKeeper, signal: NodeJS.Signals): Promise<number | null> {
  const exit = once(process, 'exit');
  process.kill(signal);
  const [code] = (await exit) as [number | null];
  return code;
}

/** Returns true if the saved session is alive at the site. */
async function isSignedIn(site: RenewingSite, store: ProfileStore): Promise<boolean> {
  const state = (await store.read('rosa'))?.storageState;
  return state !== undefined && (await ask(`${site.url}/account`, 'a job', state.cookies)).status === 200;
}

/** Kills one of two keepers again and again, and starts another in its place. */
async function killAndReplace(
  site: RenewingSite,
  start: () => RunningKeeper,
  kills: number,
  pause: () => number,
): Promise<RunningKeeper[]> {
  const keepers = [start(), start()];
  for (let count = 0; count < kills; count++) {
    await sleep(pause()); // The moment of the kill is the subject of the test.
    const victim = Number(Math.random() < 0.5);
    await kill(keepers[victim]!, 'SIGKILL');
    keepers[victim] = start();
  }
  expect(site.overlaps).toBe(0);
  return keepers;
}

const drivers = [
  { name: 'a folder', isRedis: false, kills: 12 },
  { name: 'Redis', isRedis: true, kills: 2 },
] as const;

for (const { name, isRedis, kills } of drivers) {
  test(`keepers that are killed at any moment are replaced, and never meet at the site: ${name}`, async ({
    folder,
  }) => {
    test.skip(isRedis && !HAS_REDIS, WITHOUT_REDIS);
    const server = isRedis ? await RedisServer.start() : undefined;
    await using site = await new RenewingSite({ now: Date.now, sessionLife: 4000, delay: 15 }).start();
    site.passwords.set('rosa', PASSWORD);
    const url = server?.url() ?? '';
    const ledger: Ledger = server ? redisLedger({ url }) : fileLedger({ folder: join(folder, 'ledger') });
    const { store } = openProfiles({ ledger, isShared: isRedis, folder, sealing: () => Promise.resolve(undefined) });
    const started: RunningKeeper[] = [];
    const start = (): RunningKeeper => {
      const keeper = startKeeper(site, folder, url);
      started.push(keeper);
      return keeper;
    };
    try {
      const keepers = await killAndReplace(site, start, kills, () => 300 + 900 * Math.random());
      await expect.poll(() => isSignedIn(site, store), { timeout: 40_000 }).toBe(true);
      // Both share the work from now on, and the session stays alive.
      await expect.poll(() => keepers.every(({ probes }) => probes > 0), { timeout: 40_000 }).toBe(true);
      const renewals = site.refreshes + (site.signIns.get('rosa')?.length ?? 0);
      await expect
        .poll(() => site.refreshes + (site.signIns.get('rosa')?.length ?? 0), { timeout: 20_000 })
        .toBeGreaterThan(renewals + 1);
      expect(await isSignedIn(site, store)).toBe(true);
      expect(started.flatMap(({ failures }) => failures)).toEqual([]);
      expect(await Promise.all(keepers.map((keeper) => kill(keeper, 'SIGTERM')))).toEqual([0, 0]);
      expect(site.overlaps).toBe(0);
    } finally {
      for (const { process } of started) process.kill('SIGKILL');
      await ledger.close();
      await server?.stop();
    }
  });
}
