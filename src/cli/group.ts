import { suggest } from '../core/suggest.ts';
import { UsageError } from './usage-error.ts';

/** One of several commands of the same kind; its file is loaded when it is called. */
export type Commands = Readonly<Record<string, () => Promise<(args: string[]) => Promise<void>>>>;

interface Group {
  readonly name: string;
  readonly usage: string;
  readonly commands: Commands;
  /** Whether each command has a usage of its own. @default false: they share one */
  readonly eachHasHelp?: boolean;
}

/**
 * Runs the command of a group that the arguments name.
 *
 * @throws UsageError for one that it does not have. It is not repeated, since it could be a secret.
 */
export async function runGroup(
  { name, usage, commands, eachHasHelp = false }: Group,
  [command = '', ...args]: string[],
): Promise<void> {
  if (command === '--help' || (!eachHasHelp && args.includes('--help'))) {
    process.stdout.write(usage);
    return;
  }
  const load = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (!load) {
    const seen = command === '' ? `There is no command after "${name}".` : `There is no such command after "${name}".`;
    throw new UsageError(`${seen} ${suggest(command, Object.keys(commands))}\n\n${usage}`);
  }
  const run = await load();
  await run(args);
}
