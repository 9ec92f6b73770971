import { parseArgs } from 'node:util';
import type { Vault } from '../../vault/vault.ts';
import { calledProject } from '../called-project.ts';
import { UsageError } from '../usage-error.ts';

type Options = Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: true }>>;

/** How a command of the vault is called. */
export interface Form<T extends Options> {
  readonly usage: string;
  readonly options: T;
  /** The names of the positional arguments; those in brackets may be left out. */
  readonly positionals: readonly string[];
  /** Why there is no further one, where it may be a secret. */
  readonly noMore?: string;
}

type Value<T extends Options[string]> = T extends { readonly type: 'boolean' }
  ? boolean
  : T extends { readonly multiple: true }
    ? string[]
    : string;

export interface Call<T extends Options> {
  readonly values: { readonly [K in keyof T]?: Value<T[K]> } & { readonly folder?: string };
  readonly positionals: readonly string[];
}

/**
 * Reads the arguments; answers with nothing when they asked for help, which was given.
 *
 * @throws UsageError
 */
export function readCall<const T extends Options>(name: string, args: string[], form: Form<T>): Call<T> | undefined {
  const { usage, positionals: names, noMore } = form;
  const { values, positionals } = parse(name, args, {
    ...form.options,
    folder: { type: 'string' },
    help: { type: 'boolean' },
  });
  if (values['help'] === true) {
    process.stdout.write(usage);
    return undefined;
  }
  const missing = names.slice(positionals.length).find((one) => !one.startsWith('['));
  if (missing) throw new UsageError(`playwright-2fa vault ${name}: ${missing} is missing.\n\n${usage}`);
  if (positionals.length > names.length) {
    throw new UsageError(`playwright-2fa vault ${name}: ${noMore ?? 'there are too many arguments.'}\n\n${usage}`);
  }
  return { values: values as Call<T>['values'], positionals };
}

/** What it does not know, it does not repeat, since it could be a secret. Node's own text would quote it. */
function parse(
  name: string,
  args: string[],
  options: Options,
): Pick<ReturnType<typeof parseArgs>, 'values' | 'positionals'> {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    const isUnknown = (error as NodeJS.ErrnoException).code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION';
    const seen = isUnknown
      ? 'there is no such option (it could be a secret, so it is not repeated).'
      : (error as Error).message; // which names the option, and not what was given to it
    const known = Object.keys(options).map((option) => `--${option}`);
    throw new UsageError(`playwright-2fa vault ${name}: ${seen} Known: ${known.join(', ')}.`);
  }
}

/** The vault that a command is about, with the key from the environment or `.env`. */
export async function openCalled(folder: string | undefined): Promise<Vault> {
  return await calledProject({ vault: folder }).vault();
}
