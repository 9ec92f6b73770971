import type { KeeperStatus } from './keeper-status.ts';
import type { ProfileStatus } from './visit.ts';

/** Content type of the text format. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

type Labels = Readonly<Record<string, string>>;

/** Value of one time series; `undefined` leaves it out. */
type Sample = readonly [labels: Labels, value: number | undefined];

/**
 * Formats the state of a keeper as metrics.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function formatMetrics(status: KeeperStatus): string {
  const { profiles } = status;
  const now = status.now();
  const gauge = (name: string, help: string, valueOf: (one: ProfileStatus) => number | undefined): string =>
    family(
      name,
      'gauge',
      help,
      profiles.map((one) => [{ profile: one.name }, valueOf(one)]),
    );
  const since = (at: number | undefined): number | undefined => (at === undefined ? undefined : (now - at) / 1000);
  const counters = (name: string, help: string, samplesOf: (one: ProfileStatus) => readonly Sample[]): string =>
    family(name, 'counter', help, profiles.flatMap(samplesOf));
  const byLabel = (label: string, counts: ReadonlyMap<string, number>, { name }: ProfileStatus): Sample[] =>
    [...counts].map(([key, count]) => [{ profile: name, [label]: key }, count]);
  return [
    gauge('profile_age_seconds', 'Time since the sign-in of the saved session.', (one) => since(one.signedInAt)),
    gauge('profile_expires_in_seconds', 'Time until the session expires, where the client knows it.', (one) =>
      one.expiresAt === undefined ? undefined : (one.expiresAt - now) / 1000,
    ),
    gauge('profile_last_probe_timestamp_seconds', 'Time of the last probe that the site answered.', (one) =>
      one.checkedAt === undefined ? undefined : one.checkedAt / 1000,
    ),
    gauge('profile_alive', 'Result of the last probe: 1 if the session is alive, 0 if it is dead.', (one) =>
      one.alive === undefined ? undefined : Number(one.alive),
    ),
    gauge(
      'profile_failures',
      'Visits in a row that failed, because the site did not answer or refused.',
      (one) => one.failures,
    ),
    counters('profile_probes_total', 'Probes by this keeper.', (one) => [
      [{ profile: one.name }, status.countsOf(one.name).probes],
    ]),
    counters('profile_renewals_total', 'Renewals by this keeper, by way: refresh or sign-in.', (one) =>
      byLabel('how', status.countsOf(one.name).renewals, one),
    ),
    counters('profile_refusals_total', 'Sign-ins by this keeper that failed, by cause.', (one) =>
      byLabel('cause', status.countsOf(one.name).refusals, one),
    ),
    counters('profile_waits_total', 'Visits of this keeper that waited for another process.', (one) => [
      [{ profile: one.name }, status.countsOf(one.name).waits],
    ]),
    family('keeper_last_round_timestamp_seconds', 'gauge', 'Time of the last round of this keeper.', [
      [{}, status.lastRoundAt === undefined ? undefined : status.lastRoundAt / 1000],
    ]),
  ].join('');
}

function family(name: string, type: 'gauge' | 'counter', help: string, samples: readonly Sample[]): string {
  const full = `playwright_2fa_${name}`;
  const lines = samples.flatMap(([labels, value]) =>
    value === undefined ? [] : [`${full}${format(labels)} ${value}`],
  );
  if (lines.length === 0) return '';
  const text = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
  return `${[`# HELP ${full} ${text}`, `# TYPE ${full} ${type}`, ...lines].join('\n')}\n`;
}

function format(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
