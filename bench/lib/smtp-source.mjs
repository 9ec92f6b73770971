/** Postfix's load generator. It is much faster than all servers here, so it does not limit the results. */
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './process.mjs';

/** Returns the path of a program of Debian's package `postfix`, if installed. A regular user's PATH lacks /usr/sbin. */
export function postfixProgram(name) {
  const places = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  return places.map((place) => join(place, name)).find((path) => existsSync(path));
}

/** Writes a mail for `smtp-source`, which adds the CRs itself. */
export function writeMail(directory, name, mail) {
  const path = join(directory, name);
  writeFileSync(path, mail.replaceAll('\r\n', '\n'));
  return path;
}

/**
 * @typedef {object} Load
 * @property {number} port
 * @property {string} file from `writeMail`
 * @property {number} messages
 * @property {number} sessions number of parallel sessions
 * @property {boolean} reuse several mails per connection
 */

/**
 * Sends the mail repeatedly, each time to another recipient.
 *
 * @param {Load} load
 * @returns {Promise<number>} the elapsed seconds
 * @throws if the server rejects a mail
 */
export function send({ port, file, messages, sessions, reuse }) {
  const args = ['-4', '-N', '-M', 'bench.test', '-f', 'app@bench.test', '-t', 'ada@bench.test', '-F', file];
  args.push('-s', `${sessions}`, '-m', `${messages}`, ...(reuse ? ['-d'] : []), `inet:127.0.0.1:${port}`);
  return run({ command: postfixProgram('smtp-source') ?? 'smtp-source', args });
}
