import type { HandoffRequest } from '../../src/protocol/handoff.ts';
import { type Sink, startSink } from '../../src/sink/sink.ts';
import { sink as sinkSource } from '../../src/sources/sink.ts';
import type { Source } from '../../src/sources/source.ts';
import { expect, test as base } from '../support/cli-test.ts';

function requestOf(rest: Partial<HandoffRequest> = {}): HandoffRequest {
  return {
    ...{ asks: 'code', persona: 'alice', requestedBy: '"signs in" in worker 0', title: '6-digit code', label: 'Code' },
    ...{ origin: 'https://acme.example', expiresAt: Date.now() + 60_000, ...rest },
  };
}

const test = base.extend<{ sink: Sink; source: Source; url: Record<string, string> }>({
  sink: async ({}, use) => {
    const sink = await startSink({ smtpPort: 0, httpPort: 0 });
    await use(sink);
    await sink.close();
  },
  source: async ({ sink }, use) => {
    const source = sinkSource({ url: sink.url });
    await use(source);
    await source.close?.();
  },
  url: async ({ sink }, use) => await use({ PLAYWRIGHT_2FA_SINK_URL: sink.url }),
});

test('answers the only request, with a code from standard input that it does not show', async ({
  runCli,
  source,
  url,
}) => {
  const handoff = await source.handoff!(requestOf());
  const { exitCode, stdout, stderr } = await runCli(['answer'], '482 913\n', url);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Answered. The sign-in goes on.\n' });
  expect(stdout + stderr).not.toMatch(/482.?913/);
  expect(await handoff.answer()).toEqual({ code: '482913' });
  expect(await runCli(['answer'], '111222', url)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('Nobody is asked'),
  });
});

test('lists several requests, and answers the one that the beginning of an id names', async ({
  runCli,
  source,
  url,
}) => {
  const [one, other] = [await source.handoff!(requestOf()), await source.handoff!(requestOf({ asks: 'approval' }))];
  const unclear = await runCli(['answer'], '482913', url);
  expect(unclear.exitCode).toBe(1);
  expect(unclear.stderr).toContain(`2 requests wait. Pass the id of one:\n  ${other.id}`);
  expect((await runCli(['answer', '--list'], '', url)).stdout).toContain(`${one.id}  alice at https://acme.example`);
  expect(await runCli(['answer', other.id.slice(0, 13)], '', url)).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('pass --done'),
  });
  expect(await runCli(['answer', other.id.slice(0, 13), '--done'], '', url)).toMatchObject({ exitCode: 0 });
  expect(await other.answer()).toEqual({ isDone: true });
  expect(await runCli(['answer', one.id, '--decline', '--json'], '', url)).toMatchObject({
    exitCode: 0,
    stdout: `{"answered":"${one.id}"}\n`,
  });
  expect(await one.answer()).toEqual({ isDeclined: true });
});
