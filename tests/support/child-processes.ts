import { readFile, readdir } from 'node:fs/promises';

interface ChildProcess {
  readonly pid: number;
  readonly command: string;
}

/** Returns all descendants of a process that still run. Linux only. */
export async function childrenOf(parent: number): Promise<ChildProcess[]> {
  const all = await Promise.all((await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(readProcess));
  const known = all.filter((one) => one !== undefined);
  const below = (pid: number): ChildProcess[] =>
    known.filter((one) => one.parent === pid).flatMap((one) => [one, ...below(one.pid)]);
  return below(parent);
}

async function readProcess(name: string): Promise<(ChildProcess & { readonly parent: number }) | undefined> {
  try {
    const status = await readFile(`/proc/${name}/stat`, 'utf8');
    const [state, parent] = status.slice(status.lastIndexOf(')') + 2).split(' ');
    const command = (await readFile(`/proc/${name}/cmdline`, 'utf8')).replaceAll('\0', ' ');
    return state === 'Z' ? undefined : { pid: Number(name), parent: Number(parent), command };
  } catch {
    return undefined;
  }
}
