import { join } from 'node:path';
import { fileLedger } from '../../src/ledger/file-ledger.ts';
import { KeeperStatus } from '../../src/keep/keeper-status.ts';
import { runKeeper } from '../../src/keep/keeper.ts';
import type { KeptProfile } from '../../src/keep/kept-profile.ts';
import { SessionKeeper } from '../../src/keep/session-keeper.ts';
import type { SessionEvent } from '../../src/keep/session-event.ts';
import { Account } from '../../src/persona/account.ts';
import { FolderStore } from '../../src/profile/store/folder-store.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { LedgerStore } from '../../src/profile/store/ledger-store.ts';
import type { ProfileStore } from '../../src/profile/store/store.ts';
import { Secret } from '../../src/secret/secret.ts';
import { FakeRuntime } from '../support/fake-runtime.ts';
import { MemoryLedger } from '../support/memory-ledger.ts';
import { Mortal } from '../support/mortal.ts';
import { RenewingSite, ask, visitorOf } from '../support/renewing-site.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';
import { expect, test } from '../support/temp-folder.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LIFE = 30 * MINUTE;
const START = Date.UTC(2026, 0, 1);

interface Simulation {
  /** Folder of the ledger and the profiles. @default they are in memory */
  readonly folder?: string;
  readonly days: number;
  readonly seed: number;
  /** True to renew sessions by refresh tokens, false to sign in each time. */
  readonly refreshes: boolean;
  /** Day of a forced change of the password, which the owner of the account learns six hours later. */
  readonly changeDay: number;
  /** Largest number of calls after which a keeper is killed, and another starts in its place. @default none is killed */
  readonly callsOfLife?: number;
}

interface Outcome {
  readonly site: RenewingSite;
  /** Times at which a job found the session dead outside of the hours after the change of the password. */
  readonly signedOut: readonly string[];
  readonly uses: number;
  readonly kills: number;
  readonly events: readonly SessionEvent[];
}

/** Runs two keepers and the jobs of one account for some days. */
async function simulate({ folder, days, seed, refreshes, changeDay, callsOfLife }: Simulation): Promise<Outcome> {
  const clock = new SimulatedClock(START, 3, seed);
  const now = (): number => clock.now();
  await using site = await new RenewingSite({ now, sessionLife: LIFE }).start();
  // A ledger on disk costs milliseconds for each change, which a simulation of many days cannot afford.
  const ledger = folder === undefined ? new MemoryLedger() : fileLedger({ folder: join(folder, 'ledger') });
  const store =
    folder === undefined ? new LedgerStore({ ledger }) : new FolderStore({ folder: join(folder, 'profiles'), ledger });
  let password = 'Correct-Horse-4711';
  site.passwords.set('rosa', password);
  const runtime = new FakeRuntime({ now });
  /** Password of the last sign-in. The owner of the account may correct it while the site still answers. */
  let used = password;
  const account = (value: string): Account =>
    new Account({
      ...{ name: 'rosa', password: new Secret('rosa/password', value), runtime },
      ledger: () => Promise.resolve(ledger),
    });
  const events: SessionEvent[] = [];
  const profile: KeptProfile = {
    name: 'rosa',
    rotate: refreshes,
    browser: visitorOf({ site, user: 'rosa', now, password: () => (used = password), refreshes }),
    account: {
      checkPassword: () => account(password).checkPassword(),
      passwordRefused: async () => void (await account(used).refused('password')),
    },
  };
  const end = new AbortController();
  let kills = 0;
  const keep = (owner: string): Promise<void> =>
    new Promise((stopped) => {
      const calls = callsOfLife === undefined ? Infinity : Math.ceil(callsOfLife * clock.random());
      const life = new Mortal(calls, () => {
        kills++;
        void keep(owner).then(stopped);
      });
      const send = async (event: SessionEvent): Promise<boolean> => events.push(event) > 0;
      const keeper = new SessionKeeper({
        ...{ owner, clock, every: HOUR, slack: 2000 },
        ...{ ledger: life.wrap<Ledger>(ledger), store: life.wrap<ProfileStore>(store), send },
      });
      const status = new KeeperStatus({ stalledAfter: HOUR, now });
      const kept = { ...profile, browser: life.wrap(profile.browser) };
      const round = async (): Promise<Awaited<ReturnType<SessionKeeper['visit']>>[]> => [await keeper.visit(kept)];
      void runKeeper({ round, status, clock, every: HOUR }, end.signal).then(stopped);
    });
  const keepers = ['one', 'two'].map(keep);

  const changeAt = START + changeDay * DAY + 3 * HOUR;
  const [corrected, settled] = [changeAt + 6 * HOUR, changeAt + 7 * HOUR + MINUTE];
  const signedOut: string[] = [];
  let uses = 0;
  await clock.sleep(MINUTE, end.signal);
  while (now() < START + days * DAY) {
    if (now() >= changeAt && site.passwords.get('rosa') === 'Correct-Horse-4711')
      site.changePassword('rosa', 'Battery-Staple-0815');
    if (now() >= corrected) password = 'Battery-Staple-0815';
    if (now() < changeAt || now() >= settled) {
      const state = (await store.read('rosa'))?.storageState;
      const sid = state?.cookies.find(({ name }) => name === 'sid')?.value ?? '';
      const { status } = await ask(`${site.url}/account`, 'a job', [{ name: 'sid', value: sid }]);
      uses++;
      if (status !== 200) signedOut.push(new Date(now()).toISOString());
    }
    await clock.sleep((10 + 50 * clock.random()) * MINUTE, end.signal);
  }
  end.abort();
  await Promise.all(keepers);
  await ledger.close();
  return { site, signedOut, uses, kills, events };
}

function typesOf(events: readonly SessionEvent[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

test('two keepers keep an account signed in for 200 days, with sessions of 30 minutes', async () => {
  const simulated = { days: 200, seed: 4711, refreshes: true, changeDay: 100 };
  const { site, signedOut, uses, events } = await simulate(simulated);
  expect(signedOut).toEqual([]);
  expect(uses).toBeGreaterThan(5000);
  // No refresh token was used twice, although two keepers were awake at the same time.
  expect([site.reused, site.overlaps]).toEqual([0, 0]);
  expect(site.refreshes).toBeGreaterThan(9600);
  // A chain of refresh tokens lives for 30 days, and one is ended by the change of the password.
  const signIns = site.signIns.get('rosa') ?? [];
  expect(signIns).toHaveLength(8);
  expect(site.refusals.get('rosa')).toBe(1);
  expect(site.secondFactors).toBe(1); // for the first sign-in, before the device was trusted
  expect(typesOf(events)).toEqual({ 'session.renewed': site.refreshes + signIns.length, 'session.lost': 1 });
});

test('a session without refresh tokens is renewed by one sign-in in its life, without a second factor', async ({
  folder,
}) => {
  const { site, signedOut } = await simulate({ folder, days: 3, seed: 815, refreshes: false, changeDay: 1 });
  expect(signedOut).toEqual([]);
  const times = site.signIns.get('rosa') ?? [];
  // The second sign-in after another one comes when the session of the first has expired.
  const early = times.filter((time, index) => index > 1 && time < (times[index - 2] ?? 0) + LIFE);
  expect(early).toEqual([]);
  expect(times.length).toBeGreaterThan(3 * 48 - 20);
  expect([site.refusals.get('rosa'), site.secondFactors, site.overlaps]).toEqual([1, 1, 0]);
});

test('two keepers that are killed again and again keep an account signed in for 200 days', async () => {
  const simulated = { days: 200, seed: 1234, refreshes: true, changeDay: 100, callsOfLife: 4000 };
  const { site, signedOut, uses, kills } = await simulate(simulated);
  expect(kills).toBeGreaterThan(100);
  expect(signedOut).toEqual([]);
  expect(uses).toBeGreaterThan(5000);
  expect(site.overlaps).toBe(0);
  // A keeper that dies between a refresh and the saving of its token loses the chain of tokens, which costs a sign-in. So
  // does one that dies between a sign-in and its saving.
  expect(site.reused).toBeLessThan(kills / 5);
  const signIns = site.signIns.get('rosa') ?? [];
  const early = signIns.filter((time, index) => index > 0 && time < (signIns[index - 1] ?? 0) + LIFE);
  expect(early.length).toBeLessThan(kills / 50);
  expect(signIns.length).toBeLessThanOrEqual(8 + site.reused + early.length);
  expect([site.refusals.get('rosa'), site.secondFactors]).toEqual([1, 1]);
});
