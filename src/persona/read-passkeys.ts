import type { StoredPasskey } from '../passkey/passkey.ts';

/** Passkeys as a variable has them: a list in JSON, or nothing where it is none. Each still has to be looked at. */
export function readPasskeys(json: string): readonly StoredPasskey[] | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? (value as StoredPasskey[]) : undefined;
  } catch {
    return undefined; // the parser's own error quotes the text
  }
}
