// @ts-check
// Makes a bare clone ready to run: packages, a browser, the build. Uses nothing but Node's built-ins.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
const IS_WINDOWS = process.platform === 'win32';

/** Installs what is missing, and answers the environment to run Playwright in. */
export async function setUp() {
  requireNode(20, 19);
  installPackages();
  const browser = await findBrowser();
  timed('build', () => run('npm', ['run', '--silent', 'build']));
  return { ...process.env, ...(browser ? { PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH: browser } : {}) };
}

/**
 * @param {number} major
 * @param {number} minor
 */
function requireNode(major, minor) {
  const [ownMajor = 0, ownMinor = 0] = process.versions.node.split('.').map(Number);
  if (ownMajor > major || (ownMajor === major && ownMinor >= minor)) return;
  fail(`This needs Node ${major}.${minor} or newer; this is ${process.versions.node}.`);
}

function installPackages() {
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(ROOT, 'package-lock.json')).mtimeMs) return;
  // Not `npm ci`: it refuses a lockfile without the optional packages of platforms that the registry did not serve.
  timed('packages', () => run('npm', ['install', '--no-audit', '--no-fund']));
}

/** The executable to use, or nothing where Playwright finds its own. */
async function findBrowser() {
  const given = process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH;
  if (given) {
    if (!existsSync(given)) fail(`PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH is ${given}, and there is no such file.`);
    return say('browser', given);
  }
  if (await hasOwnBrowser()) return void say('browser', "Playwright's own Chromium");
  const installed = installedBrowser();
  if (installed) return say('browser', installed);
  if (timed('browser: npx playwright install chromium', () => attempt('npx', ['playwright', 'install', 'chromium']))) {
    return undefined;
  }
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    timed('browser: apt-get install chromium', () => {
      attempt('apt-get', ['update', '-qq']);
      attempt('apt-get', ['install', '-y', '-qq', 'chromium'], { DEBIAN_FRONTEND: 'noninteractive' });
    });
  }
  return (
    installedBrowser() ?? fail('No browser: install Chromium or Chrome, or set PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH.')
  );
}

async function hasOwnBrowser() {
  const { chromium } = await import('@playwright/test');
  return existsSync(chromium.executablePath());
}

function installedBrowser() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const programs = [process.env.PROGRAMFILES, process.env['PROGRAMFILES(X86)'], process.env.LOCALAPPDATA];
  const known = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ...programs.flatMap((folder) => (folder ? [join(folder, 'Google/Chrome/Application/chrome.exe')] : [])),
  ];
  return [...onPath, ...known].find((path) => existsSync(path) && starts(path));
}

/** A wrapper may be there without its browser. On Windows asking for the version opens a window. */
function starts(/** @type {string} */ path) {
  return IS_WINDOWS || spawnSync(path, ['--version'], { timeout: 20_000 }).status === 0;
}

/**
 * Runs a program of this package or of npm, and ends everything when it fails.
 * @param {string} program
 * @param {string[]} args
 */
export function run(program, args) {
  if (!attempt(program, args)) fail(`${program} ${args.join(' ')} failed.`);
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
function attempt(program, args, env = {}) {
  // npm and npx are scripts on Windows, which only a shell starts. Nothing here comes from outside.
  const { status } = spawnSync(program, args, {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: IS_WINDOWS,
    env: { ...process.env, ...env },
  });
  return status === 0;
}

/**
 * Runs Playwright with the given arguments, and answers its exit code.
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
export function playwright(args, env) {
  const cli = join(ROOT, 'node_modules', '@playwright', 'test', 'cli.js');
  const { status } = spawnSync(process.execPath, [cli, 'test', ...args], { cwd: ROOT, stdio: 'inherit', env });
  return status ?? 1;
}

/**
 * @template T
 * @param {string} what
 * @param {() => T} work
 */
function timed(what, work) {
  const started = Date.now();
  const result = work();
  say(what, `${((Date.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

/**
 * @param {string} what
 * @param {string} text
 */
function say(what, text) {
  console.log(`[setup] ${what}: ${text}`);
  return text;
}

/**
 * @param {string} text
 * @returns {never}
 */
function fail(text) {
  console.error(`[setup] ${text}`);
  process.exit(1);
}
