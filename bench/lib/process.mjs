/** Child processes that never outlive the benchmark. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { now } from './helper.mjs';

const START_SECONDS = 30;
const ANSWER_SECONDS = 30;
const STOP_SECONDS = 5;
const KEPT_OUTPUT = 2000;

const children = new Set();
const directories = [];

process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
  for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

/** Creates a directory that is removed when the benchmark ends. */
export function temporaryDirectory() {
  const directory = mkdtempSync(join(tmpdir(), 'playwright-2fa-bench-'));
  directories.push(directory);
  return directory;
}

/** Returns a free TCP port of 127.0.0.1. */
export async function freePort() {
  const server = createServer();
  await new Promise((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/**
 * @typedef {object} Program
 * @property {string} command
 * @property {string[]} args
 * @property {NodeJS.ProcessEnv} [env] added to the environment of the benchmark
 * @property {string} [cwd]
 */

/**
 * Runs a program to its end.
 *
 * @param {Program} program
 * @returns {Promise<number>} the seconds it took
 * @throws if it fails, with the end of its output
 */
export async function run(program) {
  const begun = performance.now();
  const child = launch(program);
  await child.ended;
  if (child.exitCode !== 0) throw new Error(epitaph(program, child));
  return (performance.now() - begun) / 1000;
}

/**
 * @typedef {object} Running
 * @property {number} pid
 * @property {number} port
 * @property {number} startedMs from the spawn to the greeting
 * @property {() => Promise<void>} stop
 */

/**
 * Starts an SMTP server and waits until it greets.
 *
 * @param {Program} program
 * @param {number} port
 * @returns {Promise<Running>}
 */
export async function startServer(program, port) {
  const begun = performance.now();
  const child = launch(program);
  const deadline = begun + START_SECONDS * 1000;
  while (!(await greets(port, deadline - performance.now()))) {
    if (child.over) throw new Error(epitaph(program, child));
    if (performance.now() > deadline) throw new Error(`${named(program)} did not greet within ${START_SECONDS} s.`);
    await sleep(2);
  }
  return { pid: child.pid, port, startedMs: performance.now() - begun, stop: () => stop(child) };
}

/**
 * @typedef {object} Helper
 * @property {(operation: string, ...args: unknown[]) => Promise<any>} call
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a script that calls `answerCalls`.
 *
 * @param {string} script
 * @returns {Promise<Helper>}
 */
export async function startHelper(script) {
  const program = { command: process.execPath, args: [script] };
  const child = launch(program, 'ipc');
  const asked = new Map();
  let calls = 0;
  const settle = (id, how, value) => {
    clearTimeout(asked.get(id)?.timer);
    asked.get(id)?.[how](value);
    asked.delete(id);
  };
  child.on('message', ({ id, value, error }) =>
    settle(id, ...(error ? ['reject', new Error(error)] : ['resolve', value])),
  );
  void child.ended.then(() => {
    for (const id of asked.keys()) settle(id, 'reject', new Error(epitaph(program, child)));
  });
  const call = (operation, ...args) =>
    new Promise((resolve, reject) => {
      const id = ++calls;
      const late = () => settle(id, 'reject', new Error(`${operation} ${args} took over ${ANSWER_SECONDS} s.`));
      asked.set(id, { resolve, reject, timer: setTimeout(late, ANSWER_SECONDS * 1000) });
      child.send({ id, operation, args }, (error) => error && settle(id, 'reject', error));
    });
  const before = now();
  const there = await call('now');
  if (there < before || there > now())
    throw new Error('The clocks of two processes differ here: nothing to measure by.');
  return { call, stop: () => stop(child) };
}

function launch({ command, args, env, cwd }, ...channels) {
  const stdio = ['ignore', 'ignore', 'pipe', ...channels];
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio });
  children.add(child);
  child.complaints = '';
  child.stderr.on('data', (text) => (child.complaints = `${child.complaints}${text}`.slice(-KEPT_OUTPUT)));
  child.ended = new Promise((done) => {
    const end = () => {
      child.over = true;
      children.delete(child);
      done();
    };
    child.once('close', end);
    child.once('error', (error) => {
      child.complaints += error.message;
      end();
    });
  });
  return child;
}

async function stop(child) {
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), STOP_SECONDS * 1000);
  await child.ended;
  clearTimeout(killer);
}

/** Resolves to true if an SMTP server greets on the port, and to false if the connection is refused or times out. */
function greets(port, milliseconds) {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    const end = (greeted) => {
      socket.end('QUIT\r\n');
      done(greeted);
    };
    socket.setTimeout(Math.max(1, milliseconds), () => socket.destroy());
    socket.once('data', (data) => end(data.toString().startsWith('220')));
    socket.on('error', () => done(false));
    socket.on('close', () => done(false));
  });
}

function epitaph(program, child) {
  const last = child.complaints.trim() || 'it wrote nothing';
  return `${named(program)} ended with ${child.signalCode ?? child.exitCode}: ${last}`;
}

function named({ command, args }) {
  return [command, ...args].join(' ');
}
