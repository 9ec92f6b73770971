import { createHash } from 'node:crypto';
import type { Secret } from '../secret/secret.ts';

/**
 * A passkey as it is stored: the result of Playwright's `context.credentials.get()`. All texts but `rpId` are
 * Base64url.
 *
 * @see https://playwright.dev/docs/api/class-credentials
 */
export interface StoredPasskey {
  readonly id: string;
  /** The relying party: the domain to which the passkey signs in. */
  readonly rpId: string;
  readonly userHandle: string;
  /** PKCS #8. */
  readonly privateKey: string;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: string;
  /** The signature counter at the time of storing. @default 0 */
  readonly signCount?: number;
}

/** A passkey in a browser context. Its private key is a secret. */
export interface Passkey extends Omit<StoredPasskey, 'privateKey'> {
  readonly privateKey: Secret;
  readonly signCount: number;
}

const TEXTS = ['id', 'rpId', 'userHandle', 'privateKey', 'publicKey'] as const;
/** The signature counter has 32 bits (WebAuthn Level 3, section 6.1). */
const MAX_COUNT = 2 ** 32 - 1;

/** Returns the problem with a stored passkey, without its values; `undefined` if it is valid. */
export function passkeyProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'must be an object';
  const passkey = value as Readonly<Record<string, unknown>>;
  const missing = TEXTS.filter((member) => typeof passkey[member] !== 'string' || passkey[member] === '');
  if (missing.length > 0) return `has no ${missing.map((member) => `\`${member}\``).join(', ')}`;
  const { signCount = 0 } = passkey;
  const isCount = Number.isInteger(signCount) && Number(signCount) >= 0 && Number(signCount) <= MAX_COUNT;
  return isCount ? undefined : 'has a `signCount` that is not a whole number of 32 bits';
}

/** Returns true if a page of a host may use the passkeys of a relying party: its own domain, or one above it. */
export function isAllowedHost(rpId: string, host: string): boolean {
  return host === rpId || host.endsWith(`.${rpId}`);
}

/** Returns a public name for a set of passkeys, the same in any order. */
export function fingerprint(passkeys: readonly StoredPasskey[]): string {
  const ids = passkeys.map(({ rpId, id }) => `${rpId} ${id}`).toSorted();
  return createHash('sha256').update(ids.join('\n')).digest('hex').slice(0, 32);
}
