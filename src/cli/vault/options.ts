import { parseArgs } from 'node:util';
import { readEnvironment } from '../../project/environment.ts';
import { type Vault, openVault } from '../../vault/vault.ts';
import { UsageError } from '../usage-error.ts';

type Options = Readonly<Record<string, { readonly type: 'string' | 'boolean'; readonly multiple?: true }>>;

/** Arguments of a vault command. */
export interface Form<T extends Options> {
  readonly usage: string;
  readonly options: T;
  /** Names of the positional arguments. Those in brackets are optional. */
  readonly positionals: readonly string[];
  /** Error for an extra argument, which may be a secret. */
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
 * Parses the arguments. Prints the usage and returns `undefined` for `--help`.
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
    throw new UsageError(`playwright-2fa vault ${name}: ${noMore ?? 'too many arguments.'}\n\n${usage}`);
  }
  return { values: values as Call<T>['values'], positionals };
}

/** Parses without quoting an unknown argument, which could be a secret. Node's own error would quote it. */
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
      ? 'unknown option (not repeated here, since it could be a secret).'
      : (error as Error).message; // names the option, but not its value
    const known = Object.keys(options).map((option) => `--${option}`);
    throw new UsageError(`playwright-2fa vault ${name}: ${seen} Supported: ${known.join(', ')}.`);
  }
}

/** Opens the vault of a command. The key comes from the environment or `.env`. */
export async function openCalled(folder: string | undefined): Promise<Vault> {
  const env = await readEnvironment(process.cwd());
  return openVault({ env, ...(folder === undefined ? {} : { folder }) });
}
