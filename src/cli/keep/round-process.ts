import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sleep } from '../../core/abortable.ts';
import { MINUTE } from '../../core/durations.ts';
import { TwoFactorError } from '../../core/errors.ts';
import { ROUND_VARIABLE, type RoundRequest } from '../../keep/round.ts';
import type { Visit } from '../../keep/visit.ts';

/** Folder of the bundle. */
const DIST = fileURLToPath(new URL('.', import.meta.url));
/** Variable with the token of the status server. */
export const TOKEN_VARIABLE = 'PLAYWRIGHT_2FA_KEEP_TOKEN';
/** Maximum time of a round, in milliseconds. */
const ROUND_LIMIT = 20 * MINUTE;
/** Time that a round may go on after the keeper was told to end, and then to close its browsers, in milliseconds. */
const GRACE = { finish: 5000, close: 3000 };

interface RoundResult {
  readonly visits?: readonly Visit[];
  readonly errors?: readonly string[];
}

export interface RoundProcessOptions {
  /** Path of the Playwright configuration. */
  readonly config: string;
  /** Name of the Playwright project whose options are used. @default those of the configuration itself */
  readonly project: string | undefined;
}

/**
 * Runs rounds as Playwright tests, since only Playwright loads a configuration exactly as tests get it. Each round is a
 * process of its own: it has the newest settings and secrets, and leaves neither a browser nor memory behind.
 */
export class RoundProcess {
  readonly #options: RoundProcessOptions;
  readonly #output: string;

  constructor(options: RoundProcessOptions) {
    this.#options = options;
    this.#output = mkdtempSync(join(tmpdir(), 'playwright-2fa-keep-')); // mode 0700, see mkdtemp(3)
    process.once('exit', () => rmSync(this.#output, { recursive: true, force: true }));
  }

  /**
   * Runs one round. After the signal it has a short time to finish, because a sign-in that is cut off has to be repeated.
   *
   * @throws TwoFactorError with the reason if the round has no results
   */
  async run(request: RoundRequest, signal: AbortSignal): Promise<readonly Visit[]> {
    const { config, project } = this.#options;
    const folder = dirname(resolve(config));
    removeLeftovers(folder);
    // It lies beside the real one, so that `.env`, the vault and the module type are the same.
    const path = join(folder, `.playwright-2fa-keep-${randomUUID()}.config${extname(config)}`);
    const remove = (): void => rmSync(path, { force: true });
    process.once('exit', remove);
    try {
      writeFileSync(path, configOf(basename(config), this.#output, project));
      return visitsOf(await runPlaywright(path, request, signal));
    } finally {
      remove();
      process.off('exit', remove);
    }
  }
}

async function runPlaywright(path: string, request: RoundRequest, signal: AbortSignal): Promise<RoundResult> {
  const cli = createRequire(path).resolve('@playwright/test/cli');
  const env = { ...process.env, [ROUND_VARIABLE]: JSON.stringify(request), PLAYWRIGHT_HTML_OPEN: 'never' };
  const child = spawn(process.execPath, [cli, 'test', `--config=${path}`], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...env, [TOKEN_VARIABLE]: undefined },
    detached: true, // a group of its own, which Ctrl+C does not reach before this process has decided
  });
  let result: RoundResult = {};
  child.on('message', (message) => (result = message as RoundResult));
  const closed = once(child, 'close');
  const over = new AbortController();
  const ended = endInTime(child, AbortSignal.any([signal, AbortSignal.timeout(ROUND_LIMIT)]), over.signal);
  try {
    await closed;
  } finally {
    over.abort();
    await ended;
  }
  return result;
}

function visitsOf({ visits, errors }: RoundResult): readonly Visit[] {
  if (visits) return visits;
  const reason = errors?.find((text) => text !== '') ?? 'Playwright ended without a result';
  throw new TwoFactorError('PROFILE_NOT_SIGNED_IN', `The round failed: ${reason}`, {
    details: { isUsage: reason.includes(UNKNOWN_PROFILE) },
  });
}

/** Removes the files of keepers that were killed. Those of others that run now are younger. */
function removeLeftovers(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!/^\.playwright-2fa-keep-[\w-]+\.config\.\w+$/.test(name)) continue;
    const path = join(folder, name);
    const { mtimeMs = Infinity } = statSync(path, { throwIfNoEntry: false }) ?? {};
    if (Date.now() - mtimeMs > 2 * ROUND_LIMIT) rmSync(path, { force: true });
  }
}

/** Beginning of the error about a profile that the configuration does not have. */
const UNKNOWN_PROFILE = 'Unknown profile "';

/** Ends a process and its children when a signal is aborted: first politely, at last by force. */
async function endInTime(child: ChildProcess, signal: AbortSignal, over: AbortSignal): Promise<void> {
  const wait = async (ms: number): Promise<boolean> => {
    await sleep(ms, { signal: over }).catch(() => undefined);
    return over.aborted;
  };
  if (!signal.aborted) {
    await new Promise<void>((done) => {
      signal.addEventListener('abort', () => done(), { once: true });
      over.addEventListener('abort', () => done(), { once: true });
    });
  }
  if (over.aborted || (await wait(GRACE.finish))) return;
  kill(child, 'SIGINT');
  if (await wait(GRACE.close)) return;
  kill(child, 'SIGKILL');
}

function kill({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(signal === 'SIGKILL' ? -pid : pid, signal);
  } catch {
    // it has ended
  }
}

/** Text of the user's configuration with a round as its only test, and with the sink as its only server. */
function configOf(name: string, outputDir: string, project: string | undefined): string {
  const ours = {
    testDir: DIST,
    testMatch: 'keep-round.js',
    outputDir,
    reporter: [[join(DIST, 'reporter.js')], [join(DIST, 'keep-reporter.js')]],
    workers: 1,
    retries: 0,
    repeatEach: 1,
    timeout: 0,
    globalTimeout: 0,
  };
  const quiet = { trace: 'off', video: 'off', screenshot: 'off', storageState: undefined };
  return `
import * as theirs from ${JSON.stringify(`./${name}`)};
const config = theirs.default?.default ?? theirs.default;
const { projects = [], globalSetup, globalTeardown, webServer, shard, grep, grepInvert, snapshotPathTemplate, use, ...rest } = config;
const wanted = ${JSON.stringify(project ?? null)};
const project = projects.find(({ name }) => name === wanted);
if (wanted !== null && !project) throw new Error(\`The configuration has no project "\${wanted}".\`);
const sink = [webServer ?? []].flat().filter(({ name }) => name === 'playwright-2fa sink');
export default { ...rest, webServer: sink, ...${JSON.stringify(ours)}, use: { ...use, ...project?.use, ...${JSON.stringify(quiet)} } };
`;
}
