import { TwoFactorError } from '../core/errors.ts';

/** Readers of a vault: age recipients, or everyone who knows its passphrase. */
export type Recipients = readonly string[] | 'passphrase';

const RECIPIENT = /^age1[02-9ac-hj-np-z]{58}$/;
const PASSPHRASE_LINE = '# passphrase';

const HEAD =
  '# Readers of this vault, one age recipient per line. `npx playwright-2fa vault rekey` changes the list and the files.\n';

/**
 * Reads a recipients file, as `age -R` does. A vault with a passphrase has the line `# passphrase` instead.
 *
 * @see https://man.archlinux.org/man/age.1#RECIPIENTS_AND_IDENTITIES
 * @throws TwoFactorError `VAULT_INVALID` with all problems.
 */
export async function parseRecipients(text: string, path: string): Promise<Recipients> {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const recipients = lines.filter((line) => line !== '' && !line.startsWith('#'));
  const isPassphrase = lines.includes(PASSPHRASE_LINE);
  const problems = await recipientProblems(recipients);
  if (recipients.length === 0 && !isPassphrase) problems.push('it lists no recipient');
  if (recipients.length > 0 && isPassphrase) problems.push(`it has both recipients and the line "${PASSPHRASE_LINE}"`);
  if (problems.length > 0) {
    const list = problems.map((problem) => `\n  - ${problem}`).join('');
    throw new TwoFactorError('VAULT_INVALID', `The list of the vault's recipients, ${path}, is invalid:${list}`);
  }
  return isPassphrase ? 'passphrase' : [...new Set(recipients)];
}

/** Returns the recipients file of a new vault. */
export function formatRecipients(recipients: Recipients): string {
  const lines = recipients === 'passphrase' ? [PASSPHRASE_LINE] : recipients;
  return `${HEAD}${lines.join('\n')}\n`;
}

/** Adds and removes recipients in the text of the file. Comments stay. */
export function editRecipients(text: string, add: readonly string[], remove: readonly string[]): string {
  const lines = text.trimEnd().split(/\r?\n/);
  const kept = lines.filter((line) => !remove.includes(line.trim()));
  const known = new Set(kept.map((line) => line.trim()));
  return `${[...kept, ...new Set(add.filter((one) => !known.has(one)))].join('\n')}\n`;
}

/**
 * Checks recipients that a user entered.
 *
 * @throws TwoFactorError `VAULT_INVALID` with all problems.
 */
export async function checkRecipients(recipients: readonly string[]): Promise<void> {
  const problems = await recipientProblems(recipients);
  if (problems.length > 0) throw new TwoFactorError('VAULT_INVALID', `A recipient is invalid: ${problems.join('; ')}.`);
}

async function recipientProblems(recipients: readonly string[]): Promise<string[]> {
  if (recipients.length === 0) return [];
  const { Encrypter } = await import('age-encryption');
  return recipients.flatMap((recipient, index) => {
    if (/^AGE-SECRET-KEY-/i.test(recipient)) {
      return [`entry ${index + 1} is a secret key. Remove it, create a new key, and list its public key (age1…)`];
    }
    try {
      if (!RECIPIENT.test(recipient)) throw new Error('another kind of recipient');
      new Encrypter().addRecipient(recipient);
      return [];
    } catch {
      return [`entry ${index + 1} is not an X25519 recipient of age: it must be age1… with 62 characters`];
    }
  });
}
