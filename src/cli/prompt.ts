import { TwoFactorError } from '../core/errors.ts';

/** A terminal, or what stands for one in a test. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & {
    readonly isTTY?: boolean;
    setRawMode?(mode: boolean): unknown;
  };
  readonly output: NodeJS.WritableStream;
}

/** The largest value, in bytes. */
const MAX_VALUE = 1024 * 1024;
/** Escape sequences of arrows and other keys. */
// oxlint-disable-next-line no-control-regex -- a terminal does send it
const ESCAPES = /\u001b(?:\[[\d;?]*[ -/]*[@-~]|O[@-~]|.)/g;

/**
 * A value from standard input: typed without being shown, or piped, less one newline at its end.
 *
 * @param question shown to who types
 * @param isLong whether what is typed ends with an empty line, not with the first
 * @throws TwoFactorError `SETTINGS_INVALID` if the input is empty or not text; `WAIT_ABORTED` on Ctrl-C.
 */
export async function readValue(
  question: string,
  isLong = false,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<string> {
  const value = input.isTTY ? await readHidden(question, isLong, { input, output }) : await readPiped(input);
  if (value === '')
    throw new TwoFactorError('SETTINGS_INVALID', 'Nothing came on standard input, so nothing was changed.');
  return value;
}

async function readPiped(input: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input) {
    chunks.push(Buffer.from(chunk));
    size += chunk.length;
    if (size > MAX_VALUE) {
      throw new TwoFactorError('SETTINGS_INVALID', `More than ${MAX_VALUE} bytes came on standard input.`);
    }
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)).replace(/\r?\n$/, '');
  } catch {
    throw new TwoFactorError('SETTINGS_INVALID', 'What came on standard input is not UTF-8 text.');
  }
}

async function readHidden(question: string, isLong: boolean, { input, output }: Terminal): Promise<string> {
  input.setRawMode?.(true); // first, so that nothing is shown that is typed at the sight of the question
  output.write(isLong ? `${question} (not shown; an empty line ends it): ` : `${question} (not shown): `);
  input.setEncoding('utf8');
  try {
    return await new Promise<string>((resolve, reject) => {
      const line = new HiddenLine(isLong);
      input.on('data', (typed: string | Buffer) => {
        const end = line.type(String(typed));
        if (end === 'done') resolve(line.text);
        if (end === 'aborted') reject(new TwoFactorError('WAIT_ABORTED', 'Stopped; nothing was changed.'));
      });
      input.once('end', () => resolve(line.text));
      input.once('error', reject);
      input.resume();
    });
  } finally {
    input.removeAllListeners('data');
    input.setRawMode?.(false);
    input.pause();
    output.write('\n');
  }
}

/** Line of typed characters, with backspace and control keys applied. */
class HiddenLine {
  readonly #isLong: boolean;
  #typed: string[] = [];

  constructor(isLong: boolean) {
    this.#isLong = isLong;
  }

  get text(): string {
    return this.#typed.join('').replace(/\n+$/, '');
  }

  type(keys: string): 'done' | 'aborted' | undefined {
    for (const key of keys.replaceAll('\r\n', '\r').replaceAll(ESCAPES, '')) {
      if (key === '\u0003') return 'aborted';
      if (key === '\u0004') return 'done';
      if (key === '\r' || key === '\n') {
        if (!this.#isLong || this.#typed.length === 0 || this.#typed.at(-1) === '\n') return 'done';
        this.#typed.push('\n');
      } else if (key === '\u007f' || key === '\b') this.#typed.pop();
      else if (key === '\u0015') this.#typed = [];
      else if (key >= ' ' || key === '\t') this.#typed.push(key);
    }
  }
}
