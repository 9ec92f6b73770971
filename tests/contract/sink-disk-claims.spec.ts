import { once } from 'node:events';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Started, test } from '../support/kept-sink.ts';
import { ALICE, BOB, expect, sendCode } from '../support/sink-test.ts';

/** Waits for a code and claims its message. Returns the code, or the status of another answer. */
async function claimCode({ url }: { readonly url: string }, to = ALICE, timeout = 5000): Promise<unknown> {
  const query = new URLSearchParams({ to, after: '0', claim: 'true', timeout: `${timeout}` });
  const answer = await fetch(`${url}/api/wait/code?${query.toString()}`);
  return answer.ok ? ((await answer.json()) as { code: string }).code : answer.status;
}

async function kill({ child }: Started): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

for (const retention of ['all', 'claimed']) {
  test(`a claimed message stays claimed after a kill, with retention ${retention}`, async ({ spawnSink }) => {
    const sink = await spawnSink('--retention', retention);
    await sendCode(sink, '111222');
    await sendCode(sink, '333444', { to: BOB });
    expect(await claimCode(sink)).toBe('111222');
    await kill(sink);
    const again = await spawnSink('--retention', retention);
    expect(await claimCode(again, ALICE, 100)).toBe(408);
    expect(await claimCode(again, BOB)).toBe('333444');
    const { messages } = (await (await fetch(`${again.url}/api/messages`)).json()) as { messages: unknown[] };
    expect(messages).toHaveLength(retention === 'all' ? 2 : 0);
  });
}

test('a claim that is kept without the deletion of its message deletes it at the next start', async ({
  folder,
  startSink,
}) => {
  const data = join(folder, 'data');
  const sink = await startSink({ data });
  await sendCode(sink, '111222');
  expect(await claimCode(sink)).toBe('111222');
  await sink.close();
  const again = await startSink({ data, retention: 'claimed' });
  expect(again.store.size.messages).toBe(0);
});

test('a test that claims again after a restart keeps its message, and another one does not get it', async ({
  folder,
  startSink,
}) => {
  const data = join(folder, 'data');
  const taker = (title: string): { owner: { persona: string; title: string }; key: string } => ({
    owner: { persona: 'alice', title },
    key: title,
  });
  const sink = await startSink({ data });
  await sendCode(sink, '111222');
  const { id } = [...sink.store.since(0)][0]!.envelope;
  expect(sink.store.take(id, ALICE, taker('one'))).toBeUndefined();
  const [{ claims } = { claims: undefined }] = [...sink.store.since(0)];
  await sink.close();
  const again = await startSink({ data });
  expect([again.store.take(id, ALICE, taker('one')), again.store.take(id, ALICE, taker('other'))]).toEqual([
    undefined,
    'one',
  ]);
  expect(again.store.find(id)!.claims).toEqual(claims);
  expect(claims).toHaveLength(1);
});

test('half a line at the end of the claims counts as no claim, and harms no later one', async ({
  folder,
  startSink,
}) => {
  const data = join(folder, 'data');
  const path = join(data, 'claims.jsonl');
  const sink = await startSink({ data });
  await sendCode(sink, '111222');
  await sendCode(sink, '333444', { to: BOB });
  expect(await claimCode(sink)).toBe('111222');
  await sink.close();
  const whole = await readFile(path, 'utf8');
  await appendFile(path, whole.replaceAll(ALICE, BOB).slice(0, -2));
  const again = await startSink({ data });
  expect(await readFile(path, 'utf8')).toBe(whole);
  expect(await claimCode(again, BOB)).toBe('333444');
  await again.close();
  expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(3);
});

test('the file of claims keeps the newest 10,000', async ({ folder, startSink }) => {
  const data = join(folder, 'data');
  const path = join(data, 'claims.jsonl');
  const sink = await startSink({ data });
  await sendCode(sink, '111222');
  expect(await claimCode(sink)).toBe('111222');
  await sink.close();
  const line = await readFile(path, 'utf8');
  await writeFile(path, line.replace(ALICE, 'oldest@persona.test') + line.repeat(10_000));
  await (await startSink({ data })).close();
  expect(await readFile(path, 'utf8')).toBe(line.repeat(10_000));
});

test('a claim that cannot be written counts while the sink runs, and is reported', async ({ folder, startSink }) => {
  const data = join(folder, 'data');
  const path = join(data, 'claims.jsonl');
  const problems: string[] = [];
  const sink = await startSink({ data, onProblem: (problem) => problems.push(problem) });
  await rm(path);
  await mkdir(path);
  await sendCode(sink, '111222');
  expect(await claimCode(sink)).toBe('111222');
  expect(await claimCode(sink, ALICE, 100)).toBe(408);
  expect(problems).toEqual([expect.stringContaining(`${path} cannot be written`)]);
});
