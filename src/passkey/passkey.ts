import { createHash } from 'node:crypto';
import type { Secret } from '../secret/secret.ts';

/**
 * A passkey as it is kept: what Playwright's `context.credentials.get()` gives, all of it in Base64url.
 *
 * @see https://playwright.dev/docs/api/class-credentials
 */
export interface StoredPasskey {
  readonly id: string;
  /** The relying party: the domain that it signs in to. */
  readonly rpId: string;
  readonly userHandle: string;
  /** PKCS #8. */
  readonly privateKey: string;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: string;
  /** How often it was used when it was stored. @default 0 */
  readonly signCount?: number;
}

/** A passkey as a test sees it. */
export interface Passkey extends Omit<StoredPasskey, 'privateKey'> {
  readonly privateKey: Secret;
  readonly signCount: number;
}

const TEXTS = ['id', 'rpId', 'userHandle', 'privateKey', 'publicKey'] as const;
/** WebAuthn Level 3, section 6.1: a counter has 32 bits. */
const MAX_COUNT = 2 ** 32 - 1;

/** What is wrong with a passkey that was stored, without a value of it. */
export function passkeyProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'is no object';
  const passkey = value as Readonly<Record<string, unknown>>;
  const wrong = TEXTS.filter((member) => typeof passkey[member] !== 'string' || passkey[member] === '');
  if (wrong.length > 0) return `has no ${wrong.map((member) => `\`${member}\``).join(', ')}`;
  const { signCount = 0 } = passkey;
  const isCount = Number.isInteger(signCount) && Number(signCount) >= 0 && Number(signCount) <= MAX_COUNT;
  return isCount ? undefined : 'has a `signCount` that is no whole number of 32 bits';
}

/** Whether a page of a host may ask for a passkey of a relying party: its own, or that of a domain above it. */
export function isAllowedHost(rpId: string, host: string): boolean {
  return host === rpId || host.endsWith(`.${rpId}`);
}

/** What names passkeys wherever all may look. */
export function fingerprint(passkeys: readonly StoredPasskey[]): string {
  const ids = passkeys.map(({ rpId, id }) => `${rpId} ${id}`).toSorted();
  return createHash('sha256').update(ids.join('\n')).digest('hex').slice(0, 32);
}
