import { createHash } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { memoize } from './memoize.ts';

/**
 * Returns a short name of the space that this process has its number in: the machine, and on Linux its namespace of
 * processes. In another space, such as a container that shares a folder, the same number is another process.
 *
 * @see https://man7.org/linux/man-pages/man7/pid_namespaces.7.html
 */
export const processSpace: () => string = memoize(() => {
  const hash = createHash('sha256').update(`${hostname()}\n${namespaceOf()}`);
  return hash.digest('hex').slice(0, 8);
});

function namespaceOf(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
