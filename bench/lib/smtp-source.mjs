/** Postfix's load generator: it is far faster than any server here, so it is the server that is measured. */
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './process.mjs';

/** The path of a program of Debian's package `postfix`, if installed. An ordinary user's PATH lacks /usr/sbin. */
export function postfixProgram(name) {
  const places = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  return places.map((place) => join(place, name)).find((path) => existsSync(path));
}

/** Writes a mail the way `smtp-source` reads it: it adds the CRs itself. */
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
 * @property {number} sessions how many at a time
 * @property {boolean} reuse many mails over one connection
 */

/**
 * Sends the mail again and again, each time to another recipient.
 *
 * @param {Load} load
 * @returns {Promise<number>} the seconds it took; it throws when the server refused one
 */
export function send({ port, file, messages, sessions, reuse }) {
  const args = ['-4', '-N', '-M', 'bench.test', '-f', 'app@bench.test', '-t', 'ada@bench.test', '-F', file];
  args.push('-s', `${sessions}`, '-m', `${messages}`, ...(reuse ? ['-d'] : []), `inet:127.0.0.1:${port}`);
  return run({ command: postfixProgram('smtp-source') ?? 'smtp-source', args });
}
