import { request as httpRequest } from 'node:http';
import { expect, test as base } from '@playwright/test';
import { KeeperStatus } from '../../src/keep/keeper-status.ts';
import { type StatusServer, type StatusServerOptions, startStatusServer } from '../../src/keep/status-server.ts';
import type { Visit } from '../../src/keep/visit.ts';
import { expectThrown } from '../support/thrown.ts';

const TOKEN = 'kJ8#vQ2!mZ5pR7wT';
const NOW = 1_767_225_600_000;

interface Fixtures {
  clock: { now: number };
  status: KeeperStatus;
  start: (options?: Partial<StatusServerOptions>) => Promise<StatusServer>;
}

const test = base.extend<Fixtures>({
  clock: async ({}, use) => use({ now: NOW }),
  status: async ({ clock }, use) => use(new KeeperStatus({ stalledAfter: 60_000, now: () => clock.now })),
  start: async ({ status }, use) => {
    const servers: StatusServer[] = [];
    await use(async (options = {}) => {
      const server = await startStatusServer({ status, port: 0, ...options });
      servers.push(server);
      return server;
    });
    await Promise.all(servers.map((server) => server.close()));
  },
});

function visitOf(name: string, alive: boolean, more: Partial<Visit> = {}): Visit {
  const times = { checkedAt: NOW - 5000, signedInAt: NOW - 90_000, nextAt: NOW + 60_000 };
  return { status: { name, alive, failures: 0, ...times }, probes: 1, hasWaited: false, ...more };
}

test('the health is 503 before the first round, 200 while all sessions live, and 503 else', async ({
  status,
  clock,
  start,
}) => {
  const { url } = await start();
  const health = async (): Promise<[number, string]> => {
    const response = await fetch(`${url}/health`);
    return [response.status, ((await response.json()) as { status: string }).status];
  };
  expect(await health()).toEqual([503, 'starting']);
  status.note([visitOf('alice', true), visitOf('bob', true)]);
  expect(await health()).toEqual([200, 'ok']);
  status.failed('the ledger does not answer');
  expect(await health()).toEqual([200, 'ok']); // the sessions live on
  status.note([visitOf('bob', false)]);
  expect(await health()).toEqual([503, 'failing']);
  status.note([visitOf('bob', true)]);
  clock.now += 60_001;
  expect(await health()).toEqual([503, 'stalled']);
});

test('a session of a site that has stopped answering is not healthy', async ({ status, clock, start }) => {
  const { url } = await start();
  const { status: alive } = visitOf('alice', true);
  const silent = { ...alive, checkedAt: clock.now, cause: 'unreachable', failures: 3 } as const;
  status.note([{ status: silent, probes: 1, hasWaited: false }]);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  clock.now += 60_001;
  status.note([{ status: silent, probes: 1, hasWaited: false }]);
  expect((await fetch(`${url}/health`)).status).toBe(503);
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('profile_failures{profile="alice"} 3');
});

test('a session whose expiry has passed since the last probe is not healthy', async ({ status, clock, start }) => {
  const { url } = await start();
  const visit = visitOf('alice', true);
  status.note([{ ...visit, status: { ...visit.status, expiresAt: NOW + 1000 } }]);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  clock.now += 1001;
  expect((await fetch(`${url}/health`)).status).toBe(503);
});

test('the metrics have the text format of Prometheus', async ({ status, start }) => {
  const { url } = await start();
  const visit = visitOf('alice', true, { renewal: 'refresh', probes: 2, hasWaited: true });
  status.note([{ ...visit, status: { ...visit.status, expiresAt: NOW + 1500 } }]);
  status.note([visitOf('alice', false, { refusal: 'locked' }), visitOf('b"o\\b\n', true)]);
  const response = await fetch(`${url}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  expect(text).toContain(
    '# HELP playwright_2fa_profile_alive Result of the last probe: 1 if the session is alive, 0 if it is dead.\n# TYPE playwright_2fa_profile_alive gauge\nplaywright_2fa_profile_alive{profile="alice"} 0\n',
  );
  for (const line of [
    'playwright_2fa_profile_alive{profile="b\\"o\\\\b\\n"} 1',
    'playwright_2fa_profile_age_seconds{profile="alice"} 90',
    `playwright_2fa_profile_last_probe_timestamp_seconds{profile="alice"} ${(NOW - 5000) / 1000}`,
    'playwright_2fa_profile_probes_total{profile="alice"} 3',
    'playwright_2fa_profile_renewals_total{profile="alice",how="refresh"} 1',
    'playwright_2fa_profile_refusals_total{profile="alice",cause="locked"} 1',
    'playwright_2fa_profile_waits_total{profile="alice"} 1',
    `playwright_2fa_keeper_last_round_timestamp_seconds ${NOW / 1000}`,
  ])
    expect(text.split('\n')).toContain(line);
  // The grammar of the format: a comment or a sample in each line, each family once, and a line feed at the end.
  const sample =
    /^[a-z_0-9]+(?:\{[a-z]+="(?:[^"\\]|\\["\\n])*"(?:,[a-z]+="(?:[^"\\]|\\["\\n])*")*\})? -?\d+(?:\.\d+)?$/;
  const lines = text.split('\n');
  expect(lines.pop()).toBe('');
  expect(lines.filter((line) => !/^# (?:HELP|TYPE) [a-z_0-9]+ \S/.test(line) && !sample.test(line))).toEqual([]);
  const families = lines.flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? []);
  expect(new Set(families).size).toBe(families.length);
});

test('an address other than loopback needs a strong token, which clients send', async ({ start }) => {
  await expectThrown(() => start({ host: '0.0.0.0' }), 'SETTINGS_INVALID', '--token-file');
  await expectThrown(() => start({ host: '0.0.0.0', token: 'secret' }), 'SETTINGS_INVALID', 'too weak');
  const { url } = await start({ host: '0.0.0.0', token: TOKEN });
  const ask = async (headers: Record<string, string>): Promise<number> => {
    return (await fetch(url.replace('0.0.0.0', '127.0.0.1') + '/metrics', { headers })).status;
  };
  expect(await ask({})).toBe(401);
  expect(await ask({ authorization: 'Bearer wrong' })).toBe(401);
  expect(await ask({ authorization: `Bearer ${TOKEN}` })).toBe(200);
  expect(await ask({ authorization: `Basic ${Buffer.from(`any:${TOKEN}`).toString('base64')}` })).toBe(200);
});

test('pages of a browser have no access: neither foreign origins nor foreign names of this address', async ({
  start,
}) => {
  const { url } = await start();
  expect((await fetch(`${url}/health`, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
  const status = await new Promise((resolve) => {
    httpRequest(`${url}/health`, { headers: { host: 'evil.example' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).end();
  });
  expect(status).toBe(403);
});

test('other paths and methods are not found, and a port that is taken is named', async ({ start }) => {
  const { url } = await start();
  expect((await fetch(`${url}/`)).status).toBe(404);
  expect((await fetch(`${url}/health`, { method: 'POST' })).status).toBe(404);
  await expectThrown(() => start({ port: Number(new URL(url).port) }), 'KEEPER_START_FAILED', '--port');
});
