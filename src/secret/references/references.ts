import { TwoFactorError } from '../../core/errors.ts';
import { bitwarden } from './bitwarden.ts';
import { runCommand, unresolved } from './command.ts';
import { environmentVariable } from './environment-variable.ts';
import { exec } from './exec.ts';
import { hashicorpVault } from './hashicorp-vault.ts';
import { keepassxc } from './keepassxc.ts';
import { onePassword } from './one-password.ts';
import { pass } from './pass.ts';
import {
  REFERENCE_PREFIXES,
  type ReferenceKind,
  type ReferencePrefix,
  type ReferenceRequest,
  type SecretReference,
} from './reference.ts';
import { secretFile } from './secret-file.ts';

const KINDS: Readonly<Record<ReferencePrefix, ReferenceKind>> = {
  'env:': environmentVariable,
  'file:': secretFile,
  'exec:': exec,
  'op://': onePassword,
  'bw:': bitwarden,
  'pass:': pass,
  'vault:': hashicorpVault,
  'keepassxc:': keepassxc,
};

/** Time limit of a command, in milliseconds. Some wait for a person to unlock them. */
const TIMEOUT = 30_000;
const MAX_SHOWN = 120;

export interface ReferencesOptions extends Pick<ReferenceRequest, 'env' | 'folder'> {
  /** Time limit of a command, in milliseconds. @default 30_000 */
  readonly timeout?: number;
}

/** Values of references. Each is read once, unless that fails. */
export class References {
  readonly #options: ReferencesOptions;
  readonly #values = new Map<string, Promise<string>>();

  constructor(options: ReferencesOptions) {
    this.#options = options;
  }

  /**
   * Returns the value of a reference.
   *
   * @param member member of a persona that it is for, which selects the field if the reference names none
   * @throws TwoFactorError `REFERENCE_UNRESOLVED` with what was seen and what to do, without the value
   */
  async read(reference: SecretReference, member: string): Promise<string> {
    const key = `${member} ${reference}`;
    const known = this.#values.get(key);
    if (known !== undefined) return await known;
    const value = this.#read(reference, member);
    this.#values.set(key, value);
    value.catch(() => this.#values.delete(key)); // The caller gets the error.
    return await value;
  }

  async #read(reference: SecretReference, member: string): Promise<string> {
    const prefix = prefixOf(reference);
    const kind = KINDS[prefix];
    const rest = reference.slice(prefix.length);
    const { timeout = TIMEOUT, env, folder } = this.#options;
    const run: ReferenceRequest['run'] = (command) => runCommand(command, { env, folder, timeout });
    const value = await kind.read({ rest, member, env, folder, run }).catch((error: unknown) => {
      if (!(error instanceof TwoFactorError)) throw error;
      throw unresolved(`is ${describe(kind, reference, rest)}, but ${error.message}`);
    });
    if (value !== undefined) return value;
    // The text is not repeated: it may be the value itself.
    const help = `If it is the value itself, write \`literal:\` before it.`;
    throw unresolved(`begins with \`${prefix}\`, but is not written ${kind.form}. ${help}`);
  }
}

/** Name of a reference in errors and reports. */
export function describeReference(reference: SecretReference): string {
  const prefix = prefixOf(reference);
  return describe(KINDS[prefix], reference, reference.slice(prefix.length));
}

function describe(kind: ReferenceKind, reference: SecretReference, rest: string): string {
  const text = kind.describe?.(rest) ?? reference;
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

function prefixOf(reference: SecretReference): ReferencePrefix {
  return REFERENCE_PREFIXES.find((prefix) => reference.startsWith(prefix)) as ReferencePrefix;
}
