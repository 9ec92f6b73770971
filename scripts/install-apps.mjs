// @ts-check
// npm run install:apps: installs the applications of tests/apps, each from the lockfile in its folder, into a cache that
// all clones share. Uses only Node's built-ins.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { realpathSync, statSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT } from './setup.mjs';

const APPS = join(ROOT, 'tests', 'apps');
const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'playwright-2fa-apps');
/** Files of an application that decide what is installed. */
const INSTALL_FILES = ['package.json', 'package-lock.json', '.npmrc'];
/** Applications of 130 to 450 MB, which are installed if they are chosen by name, or with PLAYWRIGHT_2FA_FULL=1. */
const LARGE = new Set(['cognito-local', 'firebaseui', 'meshcentral']);
/** Time limit of each npm command, in milliseconds. */
const TIMEOUT = 300_000;

if (process.argv[1] === fileURLToPath(import.meta.url)) await installApps();

/**
 * Installs missing applications, and returns the reason for each that cannot be installed, by name.
 * @param {readonly string[]} chosen names; all applications but the large ones if empty
 * @returns {Promise<Record<string, string>>}
 */
export async function installApps(chosen = []) {
  const names = readdirSync(APPS).filter((name) => existsSync(join(APPS, name, 'app', 'package.json')));
  const isFull = process.env.PLAYWRIGHT_2FA_FULL === '1';
  const wanted = names.filter((name) => (chosen.length > 0 ? chosen.includes(name) : isFull || !LARGE.has(name)));
  // In parallel, because most of the time is spent waiting for the registry.
  const problems = await Promise.all(wanted.map(async (name) => [name, await installApp(name)]));
  return Object.fromEntries(problems.filter(([, problem]) => problem !== undefined));
}

/**
 * @param {string} name
 * @returns {Promise<string | undefined>} the reason if it cannot be installed
 */
async function installApp(name) {
  const folder = join(APPS, name, 'app');
  const started = Date.now();
  const steps = [
    { isDone: isInstalled, work: () => install(name, folder) },
    { isDone: isBuilt, work: () => npm(['run', 'build'], folder) },
  ].filter(({ isDone }) => !isDone(folder, name));
  for (const { work } of steps) {
    const problem = await work();
    if (problem) {
      console.error(`[apps] ${name} is not installed: ${problem}`);
      return `${name} is not installed: ${problem}`;
    }
  }
  if (steps.length > 0) console.log(`[apps] ${name}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/**
 * Returns the cache folder for the packages in an application's lockfile.
 * @param {string} name
 * @param {string} folder
 */
function cacheOf(name, folder) {
  const hash = createHash('sha256').update(process.version);
  for (const file of INSTALL_FILES) if (existsSync(join(folder, file))) hash.update(readFileSync(join(folder, file)));
  return join(CACHE, `${name}-${hash.digest('hex').slice(0, 16)}`);
}

/**
 * @param {string} folder
 * @param {string} name
 */
function isInstalled(folder, name) {
  const [linked, cached] = [join(folder, 'node_modules'), join(cacheOf(name, folder), 'node_modules')];
  return existsSync(linked) && existsSync(cached) && realpathSync(linked) === realpathSync(cached);
}

/**
 * @param {string} name
 * @param {string} folder
 */
async function install(name, folder) {
  const cached = cacheOf(name, folder);
  if (!existsSync(cached)) {
    const draft = `${cached}.${process.pid}`;
    mkdirSync(draft, { recursive: true });
    for (const file of INSTALL_FILES)
      if (existsSync(join(folder, file))) copyFileSync(join(folder, file), join(draft, file));
    const problem = await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund'], draft);
    // Another process may have been faster.
    if (problem || existsSync(cached)) rmSync(draft, { recursive: true, force: true });
    else renameSync(draft, cached);
    if (problem) return problem;
  }
  rmSync(join(folder, 'node_modules'), { recursive: true, force: true });
  symlinkSync(join(cached, 'node_modules'), join(folder, 'node_modules'), 'junction');
}

/**
 * Returns true if an application needs no build, or if its build is newer than all other files in the folder.
 * @param {string} folder
 */
function isBuilt(folder) {
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (!scripts?.build) return true;
  const built = join(folder, 'dist', 'index.html');
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return (
    existsSync(built) && files.every(({ name }) => statSync(join(folder, name)).mtimeMs <= statSync(built).mtimeMs)
  );
}

/**
 * @param {string[]} args
 * @param {string} folder
 * @returns {Promise<string | undefined>} the reason if it fails
 */
function npm(args, folder) {
  return new Promise((resolve) => {
    // On Windows, npm is a script, which only a shell can start. The arguments contain no external input.
    const child = spawn('npm', args, { cwd: folder, timeout: TIMEOUT, shell: process.platform === 'win32' });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => resolve(error.message));
    child.once('close', (status, signal) => {
      if (status === 0) return resolve(undefined);
      const reasons = output.split('\n').filter((line) => /error/i.test(line));
      const end = signal ? `took over ${TIMEOUT / 1000} s` : 'failed';
      resolve(`npm ${args[0]} ${end}. ${reasons.slice(0, 3).join(' ')}`);
    });
  });
}
