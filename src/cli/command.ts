import { createRequire } from 'node:module';
import { parseArgs } from 'node:util';
import { suggest } from '../core/suggest.ts';
import { UsageError } from './usage-error.ts';

type Options = Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: true }>>;

type Value<O extends Options[string]> = O extends { readonly type: 'boolean' }
  ? boolean
  : O extends { readonly multiple: true }
    ? string[]
    : string;

/** Arguments of a command, read and checked. */
export interface Call<O extends Options> {
  readonly values: { readonly [K in keyof O]?: Value<O[K]> };
  readonly positionals: readonly string[];
}

/** Definition of a command: its arguments, and what it does. */
export interface CommandForm<O extends Options> {
  /** Words that call it, such as `vault set`. */
  readonly name: string;
  readonly usage: string;
  readonly options: O;
  /** Names of the positional arguments. Those in brackets are optional; `...` after the last allows several. @default none */
  readonly positionals?: readonly string[];
  /** Error text for a surplus argument that may be a secret. */
  readonly surplus?: string;
  run(call: Call<O>): Promise<void>;
}

/** Runs a command with its arguments. */
export type Command = (args: string[]) => Promise<void>;

/** Loads the file of a command when it is called. */
export type Commands = Readonly<Record<string, () => Promise<Command>>>;

/**
 * Defines a command. `--help` prints its usage and `--version` the version of the package, both on standard output.
 *
 * @returns a function that throws `UsageError` for wrong arguments; its text never contains an argument, which may be a
 *   secret
 */
export function defineCommand<const O extends Options>(form: CommandForm<O>): Command {
  return async (args) => {
    if (printed(args, form.usage)) return;
    const { positionals: names = [] } = form;
    const { values, positionals } = parse(form, args);
    const missing = names.slice(positionals.length).find((name) => !name.startsWith('['));
    if (missing) throw wrongUsage(form, `${missing.replace('...', '')} is missing.`);
    if (positionals.length > names.length && !names.at(-1)?.endsWith('...'))
      throw wrongUsage(form, form.surplus ?? 'too many arguments.');
    await form.run({ values: values as Call<O>['values'], positionals });
  };
}

/** Defines a command that consists of commands, such as `vault`. */
export function defineGroup({ name, usage, commands }: { name: string; usage: string; commands: Commands }): Command {
  return async ([word = '', ...args]) => {
    if (printed([word], usage)) return;
    const load = Object.hasOwn(commands, word) ? commands[word] : undefined;
    if (!load) {
      const where = name === '' ? '' : ` after "${name}"`;
      const seen = word === '' ? `There is no command${where}.` : `There is no such command${where}.`;
      throw new UsageError(`${seen} ${suggest(word, Object.keys(commands))}\n\n${usage}`);
    }
    const command = await load();
    await command(args);
  };
}

/** Prints the usage or the version, if an argument asks for it. */
function printed(args: readonly string[], usage: string): boolean {
  const own = new Set(args.slice(0, args.includes('--') ? args.indexOf('--') : args.length));
  if (own.has('--help')) process.stdout.write(usage);
  else if (own.has('--version')) process.stdout.write(`${packageVersion()}\n`);
  else return false;
  return true;
}

/** Returns the version of the package. */
export function packageVersion(): string {
  return (createRequire(import.meta.url)('playwright-2fa/package.json') as { version: string }).version;
}

/** Node's own error about an unknown option quotes the option, which may be a secret. */
function parse(
  form: CommandForm<Options>,
  args: string[],
): Pick<ReturnType<typeof parseArgs>, 'values' | 'positionals'> {
  try {
    return parseArgs({ args, options: form.options, allowPositionals: true });
  } catch (error) {
    const isUnknown = (error as NodeJS.ErrnoException).code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION';
    const seen = isUnknown ? 'unknown option (not repeated here, since it may be a secret).' : (error as Error).message; // It names the option, but not its value.
    const known = Object.keys(form.options).map((option) => `--${option}`);
    throw wrongUsage(form, `${seen} Supported: ${[...known, '--help', '--version'].join(', ')}.`);
  }
}

function wrongUsage({ name, usage }: CommandForm<Options>, text: string): UsageError {
  return new UsageError(`playwright-2fa ${name}: ${text}\n\n${usage}`);
}
