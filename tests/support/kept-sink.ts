import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { MAIN } from './cli-test.ts';
import { test as base } from './sink-test.ts';
import { withTempFolder } from './temp-folder.ts';

/** A sink in a process of its own. */
export interface Started {
  readonly child: ChildProcess;
  readonly smtpPort: number;
  readonly url: string;
}

interface Fixtures {
  readonly folder: string;
  /** Starts a sink in a process of its own, which keeps its messages in `data` of the folder. */
  readonly spawnSink: (...flags: readonly string[]) => Promise<Started>;
}

export const test = base.extend<Fixtures>({
  folder: async ({}, use) => await withTempFolder(use),
  spawnSink: async ({ folder }, use) => {
    const children: ChildProcess[] = [];
    await use(async (...flags) => {
      const args = [MAIN, 'sink', '--smtp-port', '0', '--http-port', '0', '--data', join(folder, 'data'), ...flags];
      const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
      children.push(child);
      const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
      const [, smtp = '', url = ''] = /smtp=\S+:(\d+) http=(\S+)/.exec(line) ?? [];
      return { child, smtpPort: Number(smtp), url };
    });
    for (const child of children) child.kill('SIGKILL');
  },
});
