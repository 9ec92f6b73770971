import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkerInfo } from '@playwright/test';
import { WorkerRedaction } from '../../fixtures/worker-redaction.ts';
import { SecretSet } from '../../src/redaction/secret-set.ts';
import { SECRET_RELAY_VARIABLE, RelayedSecrets } from '../../src/redaction/secret-relay.ts';
import { registerSecret, secretChannel } from '../../src/secret/secret.ts';
import { writeZip } from '../support/archive.ts';
import { expect, test as base } from '../support/temp-folder.ts';

const FAKE = 'message of the fake worker';

interface SentMessage {
  readonly method: string;
  readonly params: {
    readonly text?: string;
    readonly buffer?: string;
    readonly path?: string;
    readonly title?: string;
  };
}

interface Worker {
  /** Starts redaction in this process, with messages going to the test instead of the runner. */
  readonly start: (
    twoFactor?: object,
    folder?: string,
    outputDir?: string,
  ) => { send: (method: string, params: object) => boolean; count: () => number };
  readonly sent: SentMessage[];
  readonly waitForMessages: (count: number) => Promise<SentMessage[]>;
}

const test = base.extend<{ worker: Worker }>({
  worker: async ({}, use) => {
    const { send: original, env } = process;
    const folderBefore = env[SECRET_RELAY_VARIABLE];
    const printed = process.stderr.write;
    const sent: SentMessage[] = [];
    let arrived = (): void => undefined;
    process.stderr.write = () => true;
    const listeners: ((secret: unknown) => void)[] = [];
    secretChannel.subscribe = (listener) => {
      listeners.push(listener as (secret: unknown) => void);
      (Object.getPrototypeOf(secretChannel) as typeof secretChannel).subscribe.call(secretChannel, listener);
    };
    await use({
      sent,
      start: (twoFactor, folder, outputDir = tmpdir()) => {
        // Messages of the real worker are passed on.
        process.send = (...args: unknown[]) => {
          const [message] = args as [{ method?: string; params: SentMessage }];
          if (message?.method !== FAKE) return Reflect.apply(original ?? (() => true), process, args) as boolean;
          sent.push(message.params);
          arrived();
          return true;
        };
        delete env[SECRET_RELAY_VARIABLE];
        if (folder !== undefined) env[SECRET_RELAY_VARIABLE] = folder;
        const project = { use: { twoFactor }, outputDir };
        const info = { workerIndex: 0, parallelIndex: 0, project } as unknown as WorkerInfo;
        const redaction = new WorkerRedaction(info);
        return {
          send: (method, params) => process.send?.({ method: FAKE, params: { method, params } }) ?? false,
          count: () => redaction.count,
        };
      },
      waitForMessages: async (count) => {
        while (sent.length < count) await new Promise<void>((resolve) => (arrived = resolve));
        return sent;
      },
    });
    process.stderr.write = printed;
    Reflect.deleteProperty(secretChannel, 'subscribe');
    for (const listener of listeners) secretChannel.unsubscribe(listener);
    if (original) process.send = original;
    else delete process.send;
    delete env[SECRET_RELAY_VARIABLE];
    if (folderBefore !== undefined) env[SECRET_RELAY_VARIABLE] = folderBefore;
  },
});

test('messages stay in order while a file is redacted, and the runner is notified after that', async ({
  worker,
  folder,
}) => {
  const { send } = worker.start();
  registerSecret('code', '482913');
  const path = await writeZip(join(folder, 'trace.zip'), { name: 'a.trace', content: '{"v":"482913"}\n'.repeat(1000) });
  const log = join(folder, 'a.txt');
  await writeFile(log, '482913');
  send('stepBegin', { title: 'Fill 482913' });
  send('attach', { name: 'trace', contentType: 'application/zip', path });
  send('stepEnd', { title: 'b' });
  send('attach', { name: 'log', contentType: 'text/plain', path: log });
  send('testEnd', { title: 'c' });
  expect(worker.sent.map(({ method }) => method)).toEqual(['stepBegin']);
  const sent = await worker.waitForMessages(5);
  expect(sent.map(({ method }) => method)).toEqual(['stepBegin', 'attach', 'stepEnd', 'attach', 'testEnd']);
  expect(sent[0]?.params.title).toBe('Fill [secret code]');
  expect(await readFile(log, 'utf8')).toBe('[secret code]');
  send('stepBegin', { title: 'd' });
  expect(worker.sent).toHaveLength(6);
});

test('all files of a test are clean at its end, attached or not, with what became known since', async ({ worker }) => {
  const { outputDir } = test.info().project;
  const { send } = worker.start({}, undefined, outputDir);
  const path = test.info().outputPath('own.txt');
  await writeFile(path, 'the code 482913 and the session 7f3a9c210b8e');
  registerSecret('code', '482913');
  send('attach', { name: 'own', contentType: 'text/plain', path });
  await worker.waitForMessages(1);
  expect(await readFile(path, 'utf8')).toBe('the code [secret code] and the session 7f3a9c210b8e');
  const other = test.info().outputPath('other.txt');
  await writeFile(other, '482913');
  registerSecret('session', '7f3a9c210b8e');
  send('testEnd', {});
  await worker.waitForMessages(2);
  expect(await readFile(path, 'utf8')).toBe('the code [secret code] and the session [secret session]');
  expect(await readFile(other, 'utf8')).toBe('[secret code]');
});

for (const hasReporter of [true, false]) {
  test(`reports get a clean copy of an attached file from elsewhere, ${hasReporter ? 'with' : 'without'} the reporter`, async ({
    worker,
    folder,
  }) => {
    const { outputDir } = test.info().project;
    const relay = hasReporter ? new RelayedSecrets(folder).folder : undefined;
    const { send } = worker.start({}, relay, outputDir);
    registerSecret('code', '482913');
    const [secret, plain] = [join(folder, 'secret.txt'), join(folder, 'plain.txt')];
    await writeFile(secret, '482913');
    await writeFile(plain, 'nothing');
    send('attach', { name: 'a', contentType: 'text/plain', path: secret });
    send('attach', { name: 'b', contentType: 'text/plain', path: plain });
    const [copied, same] = await worker.waitForMessages(2);
    expect(copied?.params.path).toContain(test.info().outputDir);
    expect(await readFile(copied?.params.path ?? '', 'utf8')).toBe('[secret code]');
    expect(await readFile(secret, 'utf8')).toBe('482913');
    expect(same?.params.path).toBe(plain);
  });
}

test('a file that can be neither read nor emptied does not block later messages', async ({ worker, folder }) => {
  const { send } = worker.start();
  await mkdir(join(folder, 'a.txt'));
  send('attach', { name: 'a', contentType: 'text/plain', path: join(folder, 'a.txt') });
  send('testEnd', {});
  expect((await worker.waitForMessages(2)).map(({ method }) => method)).toEqual(['attach', 'testEnd']);
});

test('output is redacted in the worker even if the reporter redacts the rest', ({ worker, folder }) => {
  const relay = new RelayedSecrets(folder);
  const { send, count } = worker.start({}, relay.folder);
  registerSecret('code', '482913');
  send('stdOut', { text: 'code 482913' });
  send('stdErr', { buffer: Buffer.from('code 482913').toString('base64') });
  send('stepBegin', { title: '482913' });
  send('attach', { path: join(folder, 'gone') });
  const [text, bytes, step] = worker.sent.map(({ params }) => params);
  expect([text?.text, Buffer.from(bytes?.buffer ?? '', 'base64').toString()]).toEqual([
    'code [secret code]',
    'code [secret code]',
  ]);
  expect(step?.title).toBe('482913');
  expect([worker.sent.length, count()]).toEqual([4, 1]);
  const known = new SecretSet();
  relay.readInto(known);
  expect([...known.entries()]).toEqual([['482913', 'code']]);
});

test('a harmless cookie stays readable, and other cookies do not', ({ worker }) => {
  const { send } = worker.start({ redact: { harmlessCookies: ['consent'] } });
  registerSecret('session/cookie consent', 'accepted-all-of-it');
  registerSecret('session/cookie sid', '7f3a9c210b8e');
  send('stdOut', { text: 'accepted-all-of-it 7f3a9c210b8e' });
  expect(worker.sent[0]?.params.text).toBe('accepted-all-of-it [secret session/cookie sid]');
});

test('nothing is changed without redaction', async ({ worker, folder }) => {
  const { send, count } = worker.start({ redact: false });
  registerSecret('code', '482913');
  const path = join(folder, 'a.txt');
  await writeFile(path, '482913');
  send('stdOut', { text: '482913' });
  send('stepBegin', { title: '482913' });
  send('attach', { name: 'a', contentType: 'text/plain', path });
  expect(worker.sent.map(({ params }) => params)).toEqual([
    { text: '482913' },
    { title: '482913' },
    { name: 'a', contentType: 'text/plain', path },
  ]);
  expect(await readFile(path, 'utf8')).toBe('482913');
  expect(count()).toBe(0);
});

test('unknown messages are passed on', ({ worker }) => {
  worker.start();
  for (const params of [null, undefined, 'text', 1, {}, { params: {} }])
    expect(process.send?.({ method: FAKE, params })).toBe(true);
  expect(worker.sent).toHaveLength(6);
});
