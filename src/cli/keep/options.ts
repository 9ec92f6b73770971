import { defined } from '../../core/defined.ts';
import { PROFILE_NAME_RULE, isProfileName } from '../../profile/name.ts';
import { DAY, HOUR, MINUTE } from '../../core/durations.ts';
import { TimeWindow } from '../../keep/time-window.ts';
import type { RoundRequest } from '../../keep/round.ts';
import type { Call } from '../command.ts';
import { UsageError } from '../usage-error.ts';

export const USAGE = `Usage: playwright-2fa keep [profile]... [options]

Keeps saved sessions signed in: probes the profiles of a Playwright configuration on a schedule, and renews
them before they expire. Without names, all profiles are kept. Several keepers share the work through the ledger.

  --once                 visit each profile now, print the results, and exit
  --every 10m            time between two probes
  --before 5m            time before the expiry at which a session is renewed
  --between 09:00-17:00  hours in which sign-ins may run, local time; may pass midnight (always)
  --config FILE          configuration (playwright.config.ts in this folder, or .js, .mjs, …)
  --project NAME         Playwright project whose options to use, such as baseURL
  --port 8030            port of /health and /metrics; 0 selects a free port
  --host 127.0.0.1       address to listen on; anything but a loopback address requires a token
  --token-file FILE      file with the token that clients must send (or the variable PLAYWRIGHT_2FA_KEEP_TOKEN)
  --json                 print one line of JSON for each visit

Events are sent to PLAYWRIGHT_2FA_KEEP_WEBHOOK, signed with PLAYWRIGHT_2FA_KEEP_SECRET.

Exit codes of --once: 0 every session is alive, 1 a failure, 2 wrong usage, 3 locked or paused, 4 a person is
needed, 5 the password was refused, 6 the site does not answer. Of several, the first of 5, 4, 3, 6, 1 counts.
`;

export const OPTIONS = {
  once: { type: 'boolean' },
  every: { type: 'string' },
  before: { type: 'string' },
  between: { type: 'string' },
  config: { type: 'string' },
  project: { type: 'string' },
  port: { type: 'string' },
  host: { type: 'string' },
  token: { type: 'string' },
  'token-file': { type: 'string' },
  json: { type: 'boolean' },
} as const;

export type KeepValues = Call<typeof OPTIONS>['values'];

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: MINUTE, h: HOUR, d: DAY };
/** A tool that starts a browser every few seconds helps nobody. */
const LIMITS = { shortest: 5000, longest: 30 * DAY };
const MAX_PORT = 65_535;

/** Options of `keep`, checked. */
export interface KeepOptions {
  readonly request: RoundRequest;
  readonly port: number;
}

/** @throws UsageError with all problems */
export function readKeepOptions(values: KeepValues, names: readonly string[]): KeepOptions {
  const problems: string[] = [];
  const duration = (name: 'every' | 'before'): number | undefined => {
    const given = values[name];
    const [, count = '', unit = ''] = /^(\d+)([smhd])$/.exec(given ?? '') ?? [];
    const ms = Number(count) * (UNITS[unit] ?? 0);
    if (given === undefined) return undefined;
    if (!(ms >= LIMITS.shortest && ms <= LIMITS.longest))
      problems.push(`--${name} must be a time from 5s to 30d, such as 90s, 10m or 2h`);
    return ms;
  };
  const [every, before] = [duration('every'), duration('before')];
  const { between, once: force = false, port = '8030' } = values;
  if (between !== undefined && !TimeWindow.parse(between))
    problems.push('--between must be two different times of day, such as 09:00-17:00 or 22:00-06:00');
  if (!/^\d{1,5}$/.test(port) || Number(port) > MAX_PORT)
    problems.push(`--port must be a number from 0 to ${MAX_PORT}`);
  if (values.token !== undefined)
    problems.push(
      'the token was passed as an argument (not repeated here). Other users can see arguments, and the shell keeps them: choose another token. Write it to a file and pass --token-file FILE, or set PLAYWRIGHT_2FA_KEEP_TOKEN',
    );
  if (!names.every(isProfileName)) problems.push(`the name of a profile must ${PROFILE_NAME_RULE}`);
  if (problems.length > 0) throw new UsageError(`playwright-2fa keep: ${problems.join('; ')}.\n\n${USAGE}`);
  return { request: { ...defined({ every, before, between }), names, force }, port: Number(port) };
}
