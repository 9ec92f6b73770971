import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Call of a stand-in program, as it has seen it. */
export interface ProgramCall {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly input: string;
  /** Command lines of all processes of the machine while it ran. */
  readonly commandLines: string;
}

/** Answer of a stand-in program. */
export interface ProgramAnswer {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly exitCode?: number;
}

/** Programs that note how they were called, in a folder of their own. */
export class StandInPrograms {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = join(folder, 'bin');
  }

  /** Value for PATH: the stand-ins come first. */
  get path(): string {
    return `${this.#folder}:${process.env['PATH']}`;
  }

  /** Writes a program with an answer. */
  async add(name: string, { stdout = '', stderr = '', exitCode = 0 }: ProgramAnswer): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const program = `#!${process.execPath}
const { appendFileSync, readFileSync, readdirSync } = process.getBuiltinModule('fs');
const linesOf = (pid) => { try { return readFileSync('/proc/' + pid + '/cmdline', 'utf8'); } catch { return ''; } };
const commandLines = readdirSync('/proc').filter((name) => /^\\d+$/.test(name)).map(linesOf).join('\\n');
const call = { args: process.argv.slice(2), env: process.env, input: readFileSync(0, 'utf8'), commandLines };
appendFileSync(${JSON.stringify(join(this.#folder, `${name}.calls`))}, JSON.stringify(call) + '\\n');
process.stderr.write(${JSON.stringify(stderr)});
process.stdout.write(${JSON.stringify(stdout)}, () => process.exit(${exitCode}));
`;
    await writeFile(join(this.#folder, name), program);
    await chmod(join(this.#folder, name), 0o755);
  }

  /** Returns the calls of a program, the first one first. */
  async calls(name: string): Promise<ProgramCall[]> {
    const text = await readFile(join(this.#folder, `${name}.calls`), 'utf8').catch(() => '');
    return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as ProgramCall]));
  }
}
