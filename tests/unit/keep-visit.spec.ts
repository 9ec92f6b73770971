import { TwoFactorError } from '../../src/core/errors.ts';
import type { KeptProfile } from '../../src/keep/kept-profile.ts';
import { Account } from '../../src/persona/account.ts';
import { Secret } from '../../src/secret/secret.ts';
import { FakeRuntime } from '../support/fake-runtime.ts';
import { HOUR, MINUTE, NOON, expect, test } from '../support/keep-test.ts';
import { cookie } from '../support/profile-state.ts';

function refused(refusal?: string): TwoFactorError {
  return new TwoFactorError('SIGN_IN_REFUSED', 'Refused.', refusal ? { details: { refusal } } : {});
}

test('a profile without a session is signed in to, and then left alone until it is due', async ({ visit, site }) => {
  const { status, renewal } = await visit();
  expect([renewal, status.alive, site.take()]).toEqual(['sign-in', true, ['sign-in', 'probe']]);
  expect(status).toMatchObject({ checkedAt: NOON, signedInAt: NOON, expiresAt: NOON + 30 * MINUTE });
  site.now = status.nextAt - 1;
  expect([await visit(), site.take()]).toEqual([expect.objectContaining({ probes: 0 }), []]);
});

test('a live session is probed, and renewed before it expires', async ({ visit, next, site }) => {
  await visit();
  site.take();
  await next();
  expect([site.now - NOON, site.take()]).toEqual([10 * MINUTE, ['probe']]);
  await next();
  const { renewal } = await next(); // 5 minutes before the expiry, and 20 % of that
  expect([site.now - NOON, renewal]).toEqual([24 * MINUTE, 'sign-in']);
});

test('a keeper that visits more often does not wait for the plan of another one', async ({ keeper, profile, site }) => {
  await keeper({ every: 10 * MINUTE }).visit(profile);
  site.take();
  const often = keeper({ every: MINUTE });
  expect((await often.visit(profile)).status.nextAt).toBe(NOON + MINUTE);
  expect(site.take()).toEqual([]);
  site.now = NOON + MINUTE;
  await often.visit(profile);
  expect(site.take()).toEqual(['probe']);
});

test('a refresh is preferred, and tried again before a sign-in replaces it', async ({ visit, next, site }) => {
  await visit();
  let isBroken = true;
  site.refresh = async () => {
    site.calls.push('refresh');
    if (isBroken) throw new Error('HTTP 503');
    return site.give();
  };
  site.now = NOON + 25 * MINUTE;
  site.take();
  const { status } = await visit();
  expect([status.alive, status.cause, site.take()]).toEqual([true, undefined, ['probe', 'refresh']]);
  isBroken = false;
  const { renewal } = await next();
  expect([site.now < NOON + 27 * MINUTE, renewal, site.take()]).toEqual([
    true,
    'refresh',
    ['probe', 'refresh', 'probe'],
  ]);
  isBroken = true;
  site.now += 29 * MINUTE; // too late for another attempt
  expect(await visit()).toMatchObject({ renewal: 'sign-in' });
});

test('a refused password is never sent again until it has changed', async ({ site, ledger, keeper, events }) => {
  let password = 'Correct-Horse-4711';
  const runtime = new FakeRuntime({ now: () => site.now });
  const account = (): Account =>
    new Account({
      ...{ name: 'alice', password: new Secret('alice/password', password), runtime },
      ledger: () => Promise.resolve(ledger),
    });
  const profile: KeptProfile = {
    ...{ name: 'alice', browser: site },
    account: {
      checkPassword: () => account().checkPassword(),
      passwordRefused: async () => void (await account().refused('password')),
    },
  };
  site.refusal = refused('password');
  const first = await keeper().visit(profile);
  expect(first).toMatchObject({ refusal: 'refused', status: { alive: false, cause: 'refused' } });
  for (let day = 0; day < 30; day++) {
    site.now += 24 * HOUR;
    expect(await keeper().visit(profile, { force: day % 2 === 0 })).toMatchObject({ status: { cause: 'refused' } });
  }
  expect(site.take().filter((call) => call === 'sign-in')).toHaveLength(1);
  expect(events.map(({ type }) => type)).toEqual(['session.lost']);
  // One byte of the hash is compared, so one of 256 passwords counts as the same.
  site.refusal = undefined;
  for (const other of ['Battery-Staple-0815', 'Battery-Staple-0816', 'Battery-Staple-0817']) {
    password = other;
    site.now += HOUR;
    await keeper().visit(profile);
  }
  expect(site.take()).toContain('sign-in');
});

test('each lockout doubles the pause, whichever keeper comes next', async ({ visit, site }) => {
  site.refusal = new TwoFactorError('SIGN_IN_LOCKED', 'Locked.');
  const attempts: number[] = [];
  for (let minute = 0; minute < 4 * 60; minute++) {
    site.now = NOON + minute * MINUTE;
    const { refusal } = await visit();
    if (refusal) attempts.push(minute);
    expect(refusal ?? 'locked').toBe('locked');
  }
  expect(attempts).toEqual([0, 15, 45, 105, 225]); // pauses of 15, 30, 60 and 120 minutes
});

test('a site that does not answer loses no session, and is asked again soon', async ({ visit, next, site, events }) => {
  await visit();
  site.isDown = true;
  site.take();
  const { status } = await next();
  expect([status.cause, status.alive, site.take()]).toEqual(['unreachable', true, ['probe']]);
  expect(status.nextAt - site.now).toBe(30_000);
  site.isDown = false;
  expect(await next()).toMatchObject({ status: { alive: true } });
  expect(events.map(({ type }) => type)).toEqual(['session.renewed']);
});

test('a session that a site ends at a fixed time is not renewed again and again before it', async ({
  visit,
  next,
  site,
}) => {
  const end = NOON + 30 * MINUTE;
  while (site.now < end - 1000) {
    site.life = end - site.now;
    await visit();
    await next();
  }
  expect(site.take().filter((call) => call === 'sign-in').length).toBeLessThan(5);
});

test('a credential that expires as soon as it is saved says nothing about the session', async ({ visit, site }) => {
  site.more.push(cookie('refresh_token', 'a value that is long', NOON / 1000));
  const { status } = await visit();
  expect(status.expiresAt).toBe(NOON + 30 * MINUTE);
});

test('a session that ends by its age is signed in to again, also where it can be refreshed', async ({
  site,
  keeper,
}) => {
  site.refresh = async () => site.give();
  const profile: KeptProfile = { name: 'alice', browser: site, maxAge: 20 * MINUTE };
  await keeper().visit(profile);
  site.now = NOON + 17 * MINUTE;
  expect(await keeper().visit(profile)).toMatchObject({ renewal: 'sign-in' });
});

test('the expiry of a cookie that a session outlives is ignored from then on', async ({
  visit,
  site,
  keeper,
  profile,
}) => {
  site.life = 24 * HOUR;
  site.more.push(cookie('login_hint_session', 'a value that is long', NOON / 1000 + 600));
  const { status } = await keeper({ before: 5000 }).visit(profile);
  expect(status.expiresAt).toBe(NOON + 10 * MINUTE);
  site.now = NOON + 12 * MINUTE; // the keeper was not running
  site.take();
  expect(await visit()).toMatchObject({ status: { alive: true, expiresAt: NOON + 24 * HOUR } });
  expect(site.take()).toEqual(['probe']);
});

test('a keeper that is killed during a sign-in does not make others repeat it at once', async ({
  site,
  visit,
  ledger,
}) => {
  // The lease of a process that was killed is taken over.
  const signIn = site.signIn.bind(site);
  let isKilled = (): void => undefined;
  const begun = new Promise<void>((resolve) => (isKilled = resolve));
  site.signIn = async () => {
    isKilled();
    return await new Promise<never>(() => undefined);
  };
  void visit();
  await begun;
  const lease = ledger.lease.bind(ledger);
  ledger.lease = (key, options) => lease(`${key} after the kill`, options);
  site.signIn = signIn;
  expect(await visit()).toMatchObject({ status: { alive: false } });
  expect(site.take()).toEqual([]);
  site.now += 2 * MINUTE;
  expect(await visit()).toMatchObject({ renewal: 'sign-in' });
});

test('of two keepers that come at the same time, one visits', async ({ keeper, profile, site }) => {
  const visits = await Promise.all([keeper().visit(profile), keeper().visit(profile)]);
  expect(visits.map(({ renewal, hasWaited }) => [renewal, hasWaited])).toEqual([
    ['sign-in', false],
    [undefined, true],
  ]);
  expect(site.take()).toEqual(['sign-in', 'probe']);
});

test('a person who did not answer is asked again as the settings say, and then after the usual pauses', async ({
  keeper,
  profile,
  site,
}) => {
  const asking = keeper({ askAgain: { retryAfter: 3 * MINUTE, times: 2 }, every: HOUR });
  site.signIn = async () => {
    site.calls.push('sign-in');
    return await Promise.reject(new TwoFactorError('HUMAN_TIMEOUT', 'Nobody answered.'));
  };
  const pauses: number[] = [];
  for (let visit = 0; visit < 3; visit++) {
    const { status } = await asking.visit(profile);
    expect(status).toMatchObject({ cause: 'person', code: 'HUMAN_TIMEOUT', failures: visit + 1 });
    pauses.push(status.nextAt - site.now);
    site.now = status.nextAt;
  }
  expect(pauses.slice(0, 2)).toEqual([3 * MINUTE, 3 * MINUTE]);
  expect(pauses[2]).toBeGreaterThan(20 * MINUTE);
  expect(site.take()).toEqual(['sign-in', 'sign-in', 'sign-in']);
});
