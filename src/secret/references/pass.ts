import { unresolved } from './command.ts';
import { type ReferenceKind, readField } from './reference.ts';

/** Members with a value of several lines. */
const WHOLE_ENTRIES: ReadonlySet<string> = new Set(['recoveryCodes', 'passkeys', 'code']);

/**
 * `pass:ENTRY` or `pass:ENTRY#KEY`: an entry of the standard Unix password manager. Its first line is the password. Its
 * line `otpauth://…` is the seed, where `pass otp` keeps it. A key is that of a line `KEY: value`.
 *
 * @see https://www.passwordstore.org/
 */
export const pass: ReferenceKind = {
  form: 'pass:ENTRY, or pass:ENTRY#KEY',
  read: async ({ rest, member, run }) => {
    const named = readField(rest);
    if (!named) return undefined;
    const entry = await run({
      name: 'pass show',
      program: 'pass',
      args: ['show', named.path],
      variables: /^(?:PASSWORD_STORE_(?:DIR|GPG_OPTS)|GNUPGHOME|GPG_TTY)$/,
      install: 'Install pass: `apt-get install pass`, `brew install pass`, or https://www.passwordstore.org.',
      advice: 'Check the name of the entry with `pass ls`, and that gpg-agent has the key.',
    });
    const value = valueIn(entry, member, named.field);
    if (value) return value;
    throw unresolved(`the entry has no line \`${sought(member, named.field)}\`. ${HELP}`);
  },
};

const HELP = 'Add it with `pass edit`, or name the key of another line: pass:ENTRY#KEY.';

function sought(member: string, key: string | undefined): string {
  if (key === undefined && member === 'totp') return 'otpauth://…';
  return key === undefined && member === 'password' ? 'with the password' : `${key ?? member}: …`;
}

function valueIn(entry: string, member: string, key: string | undefined): string | undefined {
  const lines = entry.split(/\r?\n/);
  if (key === undefined && WHOLE_ENTRIES.has(member)) return entry;
  if (key === undefined && member === 'password') return lines[0];
  if (key === undefined && member === 'totp')
    return lines.map((line) => line.trim()).find((line) => /^otpauth:\/\//i.test(line)) ?? only(lines);
  const beginning = `${key ?? member}:`.toLowerCase();
  return lines
    .find((line) => line.toLowerCase().startsWith(beginning))
    ?.slice(beginning.length)
    .trim();
}

/** An entry of one line holds the seed alone. */
function only(lines: readonly string[]): string | undefined {
  return lines.length === 1 ? lines[0] : undefined;
}
