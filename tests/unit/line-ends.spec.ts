import { expect, test } from '@playwright/test';

import { watchLineEnds } from '../../src/sink/line-ends.ts';

const TIMEOUT = 500;

/** Timers that pass when the test says so. */
class Timers {
  #now = 0;
  readonly #due = new Map<number, { readonly at: number; readonly run: () => void }>();
  #next = 1;

  install(): () => void {
    const { setTimeout, clearTimeout } = globalThis;
    const fake = (run: () => void, ms: number): object => {
      const id = this.#next++;
      this.#due.set(id, { at: this.#now + ms, run });
      return { unref: () => id };
    };
    globalThis.setTimeout = fake as never;
    globalThis.clearTimeout = ((id: number) => void this.#due.delete(id)) as never;
    return () => Object.assign(globalThis, { setTimeout, clearTimeout });
  }

  pass(ms: number): void {
    this.#now += ms;
    for (const [id, { at, run }] of this.#due) {
      if (at > this.#now) continue;
      this.#due.delete(id);
      run();
    }
  }
}

/** Sends chunks of a mail with pauses, and returns what was said of its line ends. */
function send(chunks: readonly string[], pause: number): string[] {
  const said: string[] = [];
  const timers = new Timers();
  const restore = timers.install();
  try {
    const parser = { isClosed: false, _dataMode: true, _remainder: '', write: () => true };
    watchLineEnds(parser as unknown as Parameters<typeof watchLineEnds>[0], {
      timeout: TIMEOUT,
      onWrongEnd: (text) => said.push(text),
    });
    // A client that ends lines with CRLF.
    const write = (text: string): boolean => (parser.write as (chunk: Buffer) => boolean)(Buffer.from(text));
    write('DATA\r\n');
    for (const chunk of chunks) {
      write(chunk);
      timers.pass(pause);
    }
    return said;
  } finally {
    restore();
  }
}

test('a mail that pauses after a line with a dot, and goes on, is not refused', () => {
  const halves = ['text\n.\n', 'more\n.\n', 'more\n.\n'];
  expect(send(halves, TIMEOUT * 0.7)).toEqual([]);
});

test('a client that waits after a wrong end is told so, once', () => {
  expect(send(['text\n.\n'], TIMEOUT)).toHaveLength(1);
});

test('a client that waits after a correct end is told nothing', () => {
  expect(send(['text\r\n.\r\n'], TIMEOUT * 2)).toEqual([]);
});
