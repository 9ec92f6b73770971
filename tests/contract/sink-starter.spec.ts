import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { MAIN, expect, test as base } from '../support/cli-test.ts';

const SINK = `"${process.execPath}" "${MAIN}" sink --smtp-port 0 --http-port 0`;

/** A sink, and the process that started it. */
interface Started {
  readonly starter: ChildProcess;
  /** Of the process that the starter prints before the sink does. */
  readonly pid: number;
  readonly url: string;
}

interface Starters {
  /** Starts a program that starts a sink, and prints its process id. */
  start: (command: string, args: readonly string[], stdin?: 'pipe' | 'ignore') => Promise<Started>;
  /** Starts a sink as the child of a shell, kills the shell, and returns when the sink is gone. */
  outlastOrphan: () => Promise<void>;
}

const test = base.extend<Starters>({
  start: async ({}, use) => {
    const started: Started[] = [];
    await use(async (command, args, stdin = 'ignore') => {
      // Each starter has a process group of its own, as a script that is started in a terminal.
      const starter = spawn(command, args, { stdio: [stdin, 'pipe', 'inherit'], detached: true });
      const lines = createInterface({ input: starter.stdout! })[Symbol.asyncIterator]();
      const pid = Number((await lines.next()).value);
      const { value: line = '' } = (await lines.next()) as { value?: string };
      const one = { starter, pid, url: /http=(\S+)/.exec(line)?.[1] ?? '' };
      started.push(one);
      return one;
    });
    for (const { starter, pid } of started) {
      endProcess(-starter.pid!);
      endProcess(pid);
    }
  },
  outlastOrphan: async ({ start }, use) => {
    await use(async () => {
      const { starter, url } = await start('sh', ['-c', `${SINK} & echo $!; wait`]);
      starter.kill('SIGKILL');
      await expect.poll(() => isUp(url)).toBe(false);
    });
  },
});

test.skip(process.platform !== 'linux', 'other systems do not tell the ancestors of a process');

test('a sink ends when a program that started it with a pipe is killed', async ({ start }) => {
  // The sink has a process group of its own, so only the pipe tells.
  const script = `
    const { spawn } = require('node:child_process');
    const sink = spawn(process.execPath, [${JSON.stringify(MAIN)}, 'sink', '--smtp-port', '0', '--http-port', '0'],
      { stdio: ['pipe', 'inherit', 'inherit'], detached: true });
    console.log(sink.pid);`;
  const { starter, url } = await start(process.execPath, ['-e', script]);
  expect(await isUp(url)).toBe(true);
  starter.kill('SIGKILL');
  await expect.poll(() => isUp(url)).toBe(false);
});

test('a sink that cannot open its port ends at once, although its standard input is open', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const sink = spawn(process.execPath, [MAIN, 'sink', '--smtp-port', '0', '--http-port', String(port)], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  sink.stderr.on('data', (chunk) => said.push(String(chunk)));
  try {
    const [code] = (await once(sink, 'close', { signal: AbortSignal.timeout(30_000) })) as [number];
    expect(code).toBe(1);
    expect(said.join('')).toContain(`could not open its HTTP port ${port}`);
  } finally {
    sink.kill('SIGKILL');
    other.close();
  }
});

for (const [name, script] of [
  ['in the background', `${SINK} & echo $!; wait`],
  ['through another program, as npx does', `sh -c 'echo $$; ${SINK}; true' & wait`],
  ['in the foreground', `echo $$; ${SINK}; true`],
] as const) {
  test(`a sink ends when the script is killed that started it ${name}`, async ({ start }) => {
    const { starter, url } = await start('sh', ['-c', script]);
    expect(await isUp(url)).toBe(true);
    starter.kill('SIGKILL');
    await expect.poll(() => isUp(url)).toBe(false);
  });
}

test('a sink ends when the script ends that started it', async ({ start }) => {
  const { starter, url } = await start('sh', ['-c', `${SINK} & echo $!; read line`], 'pipe');
  expect(await isUp(url)).toBe(true);
  starter.stdin!.end('\n');
  await expect.poll(() => isUp(url)).toBe(false);
});

for (const [name, shell, script] of [
  ['nohup', 'bash', `nohup ${SINK} & echo $!; wait`],
  ['setsid', 'sh', `setsid ${SINK} & echo $!; wait`],
] as const) {
  test(`a sink that was started with ${name} stays when the script is killed`, async ({ start, outlastOrphan }) => {
    const { starter, pid, url } = await start(shell, ['-c', script]);
    starter.kill('SIGKILL');
    await outlastOrphan();
    expect(await isUp(url)).toBe(true);
    process.kill(pid, 'SIGTERM');
    await expect.poll(() => isUp(url)).toBe(false);
  });
}

test('a sink whose standard input was never open stays', async ({ start, outlastOrphan }) => {
  const { url } = await start('sh', ['-c', `: | sh -c 'echo $$; exec ${SINK}' & wait`]);
  await outlastOrphan();
  expect(await isUp(url)).toBe(true);
});

async function isUp(url: string): Promise<boolean> {
  return await fetch(`${url}/api/health`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
