/** The compared mail sinks, and the programs that start them. */
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort, run, startServer, temporaryDirectory } from './process.mjs';
import { postfixProgram } from './smtp-source.mjs';

const OURS = path('../../dist/cli.js');
const PEERS = path('../peers');

/**
 * @typedef {object} Server
 * @property {string} title
 * @property {boolean} [peer] another mail sink in Node
 * @property {boolean} [fast] accepts thousands of mails per second, so its measurement needs more mails
 * @property {(smtp: number, http: number) => import('./process.mjs').Program} program
 */

/** @type {Record<string, Server>} */
export const SERVERS = {
  ours: {
    title: 'playwright-2fa sink',
    fast: true,
    program: (smtp, http) => node(OURS, 'sink', '--smtp-port', `${smtp}`, '--http-port', `${http}`),
  },
  kept: {
    title: 'playwright-2fa sink --data',
    fast: true,
    program: (smtp, http) =>
      node(OURS, 'sink', '--smtp-port', `${smtp}`, '--http-port', `${http}`, '--data', temporaryDirectory()),
  },
  bare: {
    title: 'bare node:net (floor)',
    fast: true,
    program: (smtp, http) => node(path('../bare.mjs'), '--smtp-port', `${smtp}`, '--http-port', `${http}`),
  },
  smtpSink: {
    title: 'smtp-sink (C, discards)',
    fast: true,
    program: (smtp) => {
      // It refuses to run as root.
      const user = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
      return { command: postfixProgram('smtp-sink') ?? 'smtp-sink', args: [...user, `inet:127.0.0.1:${smtp}`, '100'] };
    },
  },
  maildev3: {
    title: 'MailDev 3.0.0',
    peer: true,
    program: (...ports) => mailDev('maildev3/dist/bin/maildev.js', ports),
  },
  maildev2: { title: 'MailDev 2.2.1', peer: true, program: (...ports) => mailDev('maildev2/bin/maildev', ports) },
  smtpTester: {
    title: 'smtp-tester 2.1.0',
    peer: true,
    program: (smtp, push) => node(`${PEERS}/smtp-tester.mjs`, `${smtp}`, `${push}`),
  },
};

/**
 * Builds this package and installs the peers from npm, if necessary.
 *
 * @param {(text: string) => void} tell
 */
export async function prepare(tell) {
  if (!existsSync(OURS)) {
    tell('Building (npm run build) ...');
    await run({ command: 'npm', args: ['run', '--silent', 'build'], cwd: path('../..') });
  }
  if (changed(`${PEERS}/node_modules/.package-lock.json`) >= changed(`${PEERS}/package-lock.json`)) return;
  tell('Installing the peers (npm ci in bench/peers) ...');
  await run({ command: 'npm', args: ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], cwd: PEERS });
}

/** Returns the modification time of a file, or 0 if it does not exist. */
function changed(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Starts a server on free ports. */
export async function start(name) {
  const [smtp, http] = [await freePort(), await freePort()];
  const running = await startServer(SERVERS[name].program(smtp, http), smtp);
  return { ...running, http: `http://127.0.0.1:${http}` };
}

let scratch;

/** Returns the program of a MailDev. It writes mails to the temporary directory, so it gets a separate one. */
function mailDev(script, [smtp, http]) {
  const args = ['--smtp', `${smtp}`, '--web', `${http}`, '--ip', '127.0.0.1', '--silent'];
  return { ...node(`${PEERS}/node_modules/${script}`, ...args), env: { TMPDIR: (scratch ??= temporaryDirectory()) } };
}

function node(...args) {
  return { command: process.execPath, args };
}

function path(relative) {
  return fileURLToPath(new URL(relative, import.meta.url));
}
