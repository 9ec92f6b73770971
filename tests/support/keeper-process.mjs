// A keeper of one account of a RenewingSite, for tests that kill it. It runs the built package.
import { join } from 'node:path';
import { KeeperStatus } from '../../build/src/keep/keeper-status.js';
import { runKeeper } from '../../build/src/keep/keeper.js';
import { SessionKeeper } from '../../build/src/keep/session-keeper.js';
import { openLedger } from '../../build/src/ledger/open.js';
import { openProfiles } from '../../build/src/profile/store/open.js';

const [site = '', folder = '', redis = ''] = process.argv.slice(2);
const ledger = await openLedger({ folder: join(folder, 'ledger'), ...(redis ? { url: redis } : {}) });
const { store } = openProfiles({ ledger, isShared: redis !== '', folder, sealing: async () => undefined });

const call = async (path, state, form) => {
  const live = state.cookies.filter(({ expires }) => expires * 1000 > Date.now());
  const cookie = live.map(({ name, value }) => `${name}=${value}`).join('; ');
  const headers = { cookie, 'x-user': 'rosa' };
  const response = await fetch(site + path, { headers, ...(form ? { method: 'POST', body: form } : {}) });
  await response.arrayBuffer();
  const set = response.headers.getSetCookie().map((text) => {
    const [, name, value, seconds] = /^(\w+)=([^;]*);.*Max-Age=(\d+)/.exec(text) ?? [];
    const place = { domain: '127.0.0.1', path: '/', httpOnly: true, secure: false, sameSite: 'Lax' };
    return { name, value, expires: Date.now() / 1000 + Number(seconds), ...place };
  });
  const kept = state.cookies.filter(({ name }) => !set.some((one) => one.name === name));
  return { status: response.status, state: { ...state, cookies: [...kept, ...set] } };
};

const browser = {
  async signIn(previous) {
    const cookies = (previous?.cookies ?? []).filter(({ name }) => name === 'device');
    const form = { user: 'rosa', password: 'Correct-Horse-4711' };
    const first = await call('/login', { cookies, origins: [] }, new URLSearchParams(form));
    if (first.status === 200) return first.state;
    const second = await call('/login', first.state, new URLSearchParams({ ...form, code: '123456' }));
    if (second.status !== 200) throw new Error(`HTTP ${second.status}`);
    return second.state;
  },
  async probe(state) {
    return (await call('/account', state)).status === 200 ? state : undefined;
  },
  async refresh(state) {
    const { status, state: renewed } = await call('/token', state, new URLSearchParams());
    if (status !== 200) throw new Error(`HTTP ${status}`);
    return renewed;
  },
};

const end = new AbortController();
process.once('SIGTERM', () => end.abort());
const keeper = new SessionKeeper({
  ...{ ledger, store, every: 500, firstPause: 200 },
  owner: `keeper ${process.pid}`,
});
await runKeeper(
  {
    round: async () => [await keeper.visit({ name: 'rosa', rotate: true, browser })],
    status: new KeeperStatus({ stalledAfter: 60_000, now: Date.now }),
    every: 500,
    atLeast: 20,
    onRound: ([visit]) => process.send?.({ probes: visit?.probes ?? 0 }),
    onFailure: (reason) => process.send?.({ reason }),
  },
  end.signal,
);
await ledger.close();
process.disconnect?.();
