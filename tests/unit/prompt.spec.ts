import { PassThrough } from 'node:stream';
import { expect, test } from '@playwright/test';
import { readValue } from '../../src/cli/prompt.ts';
import { expectThrown } from '../support/thrown.ts';

/** A terminal whose input a test supplies. */
class FakeTerminal {
  readonly modes: boolean[] = [];
  readonly input = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (mode: boolean) => this.modes.push(mode),
  });
  readonly output = new PassThrough({ encoding: 'utf8' });

  press(...chunks: string[]): this {
    for (const chunk of chunks) this.input.write(chunk);
    return this;
  }

  get shown(): string {
    return String(this.output.read() ?? '');
  }
}

test.describe('a typed value is read and not shown', () => {
  for (const [name, chunks, value] of [
    ['key by key', [...'hunter2', '\r'], 'hunter2'],
    ['pasted at once', ['hunter2\n'], 'hunter2'],
    ['with corrections', ['hunger\u007f\u007f\u007ft', '\bter2\r'], 'hunter2'],
    ['with an extra backspace', ['\u007fhunter2\r'], 'hunter2'],
    ['cleared and typed again', ['wrong\u0015hunter2\r'], 'hunter2'],
    ['with arrows and other keys', ['hun\u001b[Dter\u001b[1;5C2\u001bOP\r'], 'hunter2'],
    ['with a deleted character outside the BMP', ['hunter2😀\u007f\r'], 'hunter2'],
    ['with spaces at both ends', ['  hunter2 \r'], '  hunter2 '],
    ['ended by Ctrl-D', ['hunter2\u0004'], 'hunter2'],
    ['up to the first line break', ['hunter2\rhunter3\r'], 'hunter2'],
  ] as const) {
    test(name, async () => {
      const terminal = new FakeTerminal();
      const value_ = readValue('password of alice', false, terminal);
      terminal.press(...chunks);
      expect(await value_).toBe(value);
      expect(terminal.shown).toBe('password of alice (not shown): \n');
      expect(terminal.modes).toEqual([true, false]);
    });
  }

  test('on several lines, up to an empty line', async () => {
    const terminal = new FakeTerminal();
    const value = readValue('recovery-codes of alice', true, terminal);
    terminal.press('1111\r2222\r', '\r', '3333\r');
    expect(await value).toBe('1111\n2222');
    expect(terminal.shown).toBe('recovery-codes of alice (not shown; an empty line ends it): \n');
  });
});

test('Ctrl-C aborts and restores the terminal', async () => {
  const terminal = new FakeTerminal();
  const value = readValue('password', false, terminal);
  terminal.press('hunt', '\u0003');
  await expectThrown(() => value, 'WAIT_ABORTED', 'nothing was changed');
  expect(terminal.modes).toEqual([true, false]);
});

test.describe('piped input is read', () => {
  const piped = (bytes: Uint8Array): Promise<string> => {
    const input = new PassThrough();
    input.end(bytes);
    return readValue('password', false, { input, output: new PassThrough() });
  };
  for (const [text, value] of [
    ['hunter2', 'hunter2'],
    ['hunter2\n', 'hunter2'],
    ['hunter2\r\n', 'hunter2'],
    ['hunter2\n\n', 'hunter2\n'],
    [' hunter2 ', ' hunter2 '],
    ['größe', 'größe'],
  ] as const) {
    test(JSON.stringify(text), async () => {
      expect(await piped(Buffer.from(text))).toBe(value);
    });
  }

  test('unless it is empty, not UTF-8 or too long', async () => {
    await expectThrown(() => piped(Buffer.from('\n')), 'SETTINGS_INVALID', 'Nothing came');
    await expectThrown(() => piped(Uint8Array.of(0xff, 0xfe)), 'SETTINGS_INVALID', 'not UTF-8');
    await expectThrown(() => piped(Buffer.alloc(1024 * 1024 + 1, 'x')), 'SETTINGS_INVALID', 'More than');
  });
});
