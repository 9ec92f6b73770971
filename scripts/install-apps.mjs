// @ts-check
// Installs the applications of tests/apps, each from the lockfile in its folder. Uses nothing but Node's built-ins.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './setup.mjs';

const APPS = join(ROOT, 'tests', 'apps');
/** For one application, in milliseconds. */
const PATIENCE = 300_000;

/**
 * Installs what is missing, and answers why an application is not there, by its name.
 * @param {readonly string[]} chosen all, if none
 * @returns {Promise<Record<string, string>>}
 */
export async function installApps(chosen = []) {
  const names = readdirSync(APPS).filter((name) => existsSync(join(APPS, name, 'app', 'package.json')));
  const wanted = names.filter((name) => chosen.length === 0 || chosen.includes(name));
  // All at once: most of the time is the registry's.
  const problems = await Promise.all(wanted.map(async (name) => [name, await installApp(name)]));
  return Object.fromEntries(problems.filter(([, problem]) => problem !== undefined));
}

/**
 * @param {string} name
 * @returns {Promise<string | undefined>} why it is not there
 */
async function installApp(name) {
  const folder = join(APPS, name, 'app');
  const started = Date.now();
  const steps = [
    { isDone: isInstalled, args: ['install', '--ignore-scripts', '--no-audit', '--no-fund'] },
    { isDone: isBuilt, args: ['run', 'build'] },
  ].filter(({ isDone }) => !isDone(folder));
  for (const { args } of steps) {
    const problem = await npm(args, folder);
    if (problem) {
      console.error(`[apps] ${name} is not there: ${problem}`);
      return `${name} is not there: ${problem}`;
    }
  }
  if (steps.length > 0) console.log(`[apps] ${name}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

/** @param {string} folder */
function isInstalled(folder) {
  const installed = join(folder, 'node_modules', '.package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(folder, 'package-lock.json')).mtimeMs;
}

/** Where there is something to build: nothing in the folder is newer than what was built. @param {string} folder */
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
 * @returns {Promise<string | undefined>} what went wrong
 */
function npm(args, folder) {
  return new Promise((resolve) => {
    // npm is a script on Windows, which only a shell starts. Nothing here comes from outside.
    const child = spawn('npm', args, { cwd: folder, timeout: PATIENCE, shell: process.platform === 'win32' });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.once('error', (error) => resolve(error.message));
    child.once('close', (status, signal) => {
      if (status === 0) return resolve(undefined);
      const said = output.split('\n').filter((line) => /error/i.test(line));
      resolve(`npm ${args[0]} ${signal ? `took over ${PATIENCE / 1000} s` : 'failed'}. ${said.slice(0, 3).join(' ')}`);
    });
  });
}
