// @ts-check
// Prepares a new clone: packages, a browser, the build. Uses only Node's built-ins.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const IS_WINDOWS = process.platform === 'win32';
/** Number of lines shown of a failed program's output. */
const SHOWN_LINES = 20;

/**
 * Installs what is missing, and returns the environment to run Playwright in.
 * @returns {Promise<NodeJS.ProcessEnv>}
 */
export async function setUp() {
  requireNode(20, 19);
  installPackages();
  const browser = await findBrowser();
  mustRun('build', 'npm', ['run', '--silent', 'build']);
  return { ...process.env, ...(browser ? { PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH: browser } : {}) };
}

/**
 * @param {number} major
 * @param {number} minor
 */
function requireNode(major, minor) {
  const [ownMajor = 0, ownMinor = 0] = process.versions.node.split('.').map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
  fail(`Node ${major}.${minor} or newer is required; this is ${process.versions.node}.`);
}

function installPackages() {
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(ROOT, 'package-lock.json')).mtimeMs) return;
  // Not `npm ci`: it rejects a lockfile that lacks optional packages of other platforms.
  mustRun('install packages', 'npm', ['install', '--no-audit', '--no-fund']);
}

/** Returns the executable of the browser, or `undefined` for Playwright's own. */
async function findBrowser() {
  const given = process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH;
  if (given) {
    if (!existsSync(given)) fail(`PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH is ${given}, but there is no such file.`);
    return given;
  }
  if (await hasOwnBrowser()) return undefined;
  const installed = installedBrowser();
  if (installed) return installed;
  if (attempt('download Chromium', 'npx', ['playwright', 'install', 'chromium'])) return undefined;
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    const options = { env: { DEBIAN_FRONTEND: 'noninteractive' } };
    attempt('update the package lists (apt-get)', 'apt-get', ['update'], options);
    // Playwright downloads a headless shell, too. It takes a third of the CPU time of Chromium.
    if (!attempt('install Chromium (apt-get)', 'apt-get', ['install', '-y', 'chromium-headless-shell'], options))
      mustRun('install Chromium (apt-get)', 'apt-get', ['install', '-y', 'chromium'], options);
  }
  const found = installedBrowser();
  return found ?? fail('There is no browser. Install Chromium or Chrome, or set PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH.');
}

async function hasOwnBrowser() {
  const { chromium } = await import('@playwright/test');
  return existsSync(chromium.executablePath());
}

function installedBrowser() {
  const names = [
    'chromium-headless-shell',
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'chrome',
  ];
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const programs = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA];
  const known = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ...programs.flatMap((folder) => (folder ? [join(folder, 'Google/Chrome/Application/chrome.exe')] : [])),
  ];
  return [...onPath, ...known].find((path) => existsSync(path) && starts(path));
}

/** Returns true if a browser starts: a wrapper may exist without one. On Windows, `--version` would open a window. */
function starts(/** @type {string} */ path) {
  return IS_WINDOWS || spawnSync(path, ['--version'], { timeout: 20_000 }).status === 0;
}

/**
 * Runs a program, and shows its output and ends the process if it fails.
 * @param {string} what
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: Record<string, string> }} [options]
 */
function mustRun(what, program, args, options) {
  const { ok, output } = runQuietly(what, program, args, options);
  if (ok) return;
  console.log('failed');
  const lines = output.trimEnd().split('\n');
  if (lines.length > SHOWN_LINES) console.error('[...]');
  console.error(lines.slice(-SHOWN_LINES).join('\n'));
  fail(`${program} ${args.join(' ')} failed.`);
}

/**
 * Runs a program that may fail, and prints its result on one line.
 * @param {string} what
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: Record<string, string> }} [options]
 */
function attempt(what, program, args, options) {
  const { ok, output } = runQuietly(what, program, args, options);
  if (!ok) console.log(`not possible (${reasonIn(output)})`);
  return ok;
}

/**
 * @param {string} what
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: Record<string, string> }} [options]
 * @returns {{ ok: boolean, output: string }}
 */
function runQuietly(what, program, args, { env = {} } = {}) {
  process.stdout.write(`[setup] ${what}: `);
  const started = Date.now();
  // On Windows, npm and npx are scripts, which only a shell can start. The arguments contain no external input.
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: IS_WINDOWS,
    env: { ...process.env, ...env },
  });
  const ok = status === 0;
  if (ok) console.log(`${((Date.now() - started) / 1000).toFixed(1)} s`);
  return { ok, output: `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}` };
}

/** Returns the last line of an output that names an error. @param {string} output */
function reasonIn(output) {
  const lines = output.split('\n').map((line) => line.trim());
  const line = lines.findLast((text) => /^(?:error|E):/i.test(text)) ?? lines.findLast(Boolean) ?? 'no output';
  return line.replace(/^(?:error|E):\s*/i, '').slice(0, 120);
}

/**
 * Runs Playwright with the given arguments, and returns its exit code.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
export function playwright(args, env) {
  const cli = join(ROOT, 'node_modules', '@playwright', 'test', 'cli.js');
  const { status } = spawnSync(process.execPath, [cli, 'test', ...args], { cwd: ROOT, stdio: 'inherit', env });
  return status ?? 1;
}

/**
 * @param {string} text
 * @returns {never}
 */
function fail(text) {
  console.error(`[setup] ${text}`);
  process.exit(1);
}
