import { unresolved } from './command.ts';
import { type ReferenceKind, readField } from './reference.ts';

/** Item as `bw get item` prints it, as far as it is read. */
interface Item {
  readonly login?: {
    readonly username?: string | null;
    readonly password?: string | null;
    readonly totp?: string | null;
    readonly uris?: readonly { readonly uri?: string | null }[] | null;
  } | null;
  readonly notes?: string | null;
  readonly fields?: readonly { readonly name?: string | null; readonly value?: string | null }[] | null;
}

/**
 * `bw:ITEM` or `bw:ITEM#FIELD`: a field of an item of Bitwarden, by its name or id. `bw get item` has the seed of an
 * authenticator; `bw get totp` prints a code.
 *
 * @see https://bitwarden.com/help/cli/#get
 */
export const bitwarden: ReferenceKind = {
  form: 'bw:ITEM, or bw:ITEM#FIELD',
  read: async ({ rest, member, run }) => {
    const named = readField(rest);
    if (!named) return undefined;
    const json = await run({
      name: 'bw get item',
      program: 'bw',
      args: ['--nointeraction', 'get', 'item', named.path],
      variables: /^(?:BW_SESSION|BITWARDENCLI_APPDATA_DIR)$/,
      install: 'Install the command line of Bitwarden: https://bitwarden.com/help/cli/.',
      advice: 'Check the name of the item, and unlock the vault: BW_SESSION is what `bw unlock --raw` prints.',
    });
    const field = named.field ?? member;
    const value = fieldOf(itemIn(json), field);
    if (value) return value;
    throw unresolved(`the item has no \`${field}\`. Name the field: bw:${named.path}#FIELD.`);
  },
};

function itemIn(json: string): Item {
  try {
    return (JSON.parse(json) ?? {}) as Item;
  } catch {
    throw unresolved('`bw get item` did not print JSON. Update the command line of Bitwarden.');
  }
}

function fieldOf({ login, notes, fields }: Item, name: string): string | null | undefined {
  const own = { ...login, notes, url: login?.uris?.[0]?.uri } as Readonly<Record<string, unknown>>;
  const value = fields?.find((field) => field.name === name)?.value ?? own[name];
  return typeof value === 'string' ? value : undefined;
}
