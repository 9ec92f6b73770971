import { setTimeout as later } from 'node:timers';
import { TwoFactorError } from '../core/errors.ts';
import { runKeeper } from '../keep/keeper.ts';
import { KeeperStatus } from '../keep/keeper-status.ts';
import { DEFAULT_EVERY } from '../keep/schedule.ts';
import { startStatusServer } from '../keep/status-server.ts';
import type { Visit } from '../keep/visit.ts';
import { type Command, defineCommand } from './command.ts';
import { findConfig } from './config-file.ts';
import { readInput } from './input.ts';
import { exitCodeOf } from './keep/exit-code.ts';
import { type KeepOptions, type KeepValues, OPTIONS, USAGE, readKeepOptions } from './keep/options.ts';
import { RoundProcess, TOKEN_VARIABLE } from './keep/round-process.ts';
import { visitLine } from './keep/visit-lines.ts';
import { UsageError } from './usage-error.ts';

/** Time by which a visit may come early, and the shortest time between two rounds, in milliseconds. */
const SLACK = 15_000;
/** Time without a round after which a keeper counts as stalled, in milliseconds: that of the longest round. */
const STALLED = 25 * 60_000;
/** Longest time until the process ends after it was told to, in milliseconds. */
const END_LIMIT = 9500;

/** Keeps the profiles of a configuration signed in. */
export const runKeep: Command = defineCommand({
  name: 'keep',
  usage: USAGE,
  options: OPTIONS,
  positionals: ['[profile]...'],
  async run({ values, positionals }) {
    const options = readKeepOptions(values, positionals);
    const rounds = new RoundProcess({ config: findConfig(values.config), project: values.project });
    const end = new AbortController();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop(end));
    if (values.once) await keepOnce(rounds, options, values, end.signal);
    else await keepOn(rounds, options, values, end.signal);
  },
});

function stop(end: AbortController): void {
  end.abort();
  later(() => process.exit(process.exitCode ?? 1), END_LIMIT).unref();
}

async function keepOnce(
  rounds: RoundProcess,
  { request }: KeepOptions,
  { json = false }: KeepValues,
  signal: AbortSignal,
): Promise<void> {
  const visits = await rounds.run(request, signal).catch((error: unknown) => {
    const { isUsage }: { isUsage?: boolean } = error instanceof TwoFactorError ? (error.details ?? {}) : {};
    throw isUsage && error instanceof Error ? new UsageError(error.message) : error;
  });
  print(visits, json);
  process.exitCode = exitCodeOf(visits.map(({ status }) => status));
}

async function keepOn(
  rounds: RoundProcess,
  { request, port }: KeepOptions,
  { json = false, host, 'token-file': file }: KeepValues,
  signal: AbortSignal,
): Promise<void> {
  const { every = DEFAULT_EVERY } = request;
  const status = new KeeperStatus({ stalledAfter: every + STALLED, now: Date.now });
  const server = await startStatusServer({ status, port, host, token: await readToken(file) });
  process.stdout.write(`playwright-2fa keep ready ${server.url}\n`);
  try {
    await runKeeper(
      {
        ...{ status, every, atLeast: Math.min(SLACK, every) },
        round: (ending) => rounds.run({ ...request, slack: Math.min(SLACK, every / 4) }, ending),
        onRound: (visits) => print(visits.filter(hasNews), json),
        onFailure: (reason) => void process.stderr.write(`${reason}\n`),
      },
      signal,
    );
  } finally {
    await server.close();
  }
}

/** True for a visit that is worth a line in a log: anything but a profile that was not due. */
function hasNews({ probes, hasWaited, error }: Visit): boolean {
  return probes > 0 || hasWaited || error !== undefined;
}

function print(visits: readonly Visit[], json: boolean): void {
  const now = Date.now();
  for (const visit of visits) process.stdout.write(json ? `${JSON.stringify(visit)}\n` : visitLine(visit, now));
}

async function readToken(file: string | undefined): Promise<string | undefined> {
  const token = file === undefined ? process.env[TOKEN_VARIABLE] : (await readInput(file)).toString('utf8').trim();
  if (token === '' && file !== undefined)
    throw new TwoFactorError('SETTINGS_INVALID', `${file} is empty. Write the token into it.`);
  return token || undefined;
}
