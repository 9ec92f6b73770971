import type { SecretCommand } from './command.ts';

/** Beginnings of references. */
export const REFERENCE_PREFIXES = ['env:', 'file:', 'exec:', 'op://', 'bw:', 'pass:', 'vault:', 'keepassxc:'] as const;

export type ReferencePrefix = (typeof REFERENCE_PREFIXES)[number];

/** A reference to a value that is kept elsewhere, such as `env:ALICE_PASSWORD` or `op://QA/alice/password`. */
export type SecretReference = `${ReferencePrefix}${string}`;

/** Mark of a value that begins like a reference, and is none. */
const ESCAPE = 'literal:';

/** Request for the value of a reference. */
export interface ReferenceRequest {
  /** Text of the reference behind its prefix. */
  readonly rest: string;
  /** Member of a persona that the value is for. It selects the field if the reference names none. */
  readonly member: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start at, in which commands run. */
  readonly folder: string;
  /** Runs a command, and returns its output without the final line break. @throws TwoFactorError `REFERENCE_UNRESOLVED` */
  readonly run: (command: SecretCommand) => Promise<string>;
}

/** A kind of reference. */
export interface ReferenceKind {
  /** Form of its references, for errors. */
  readonly form: string;
  /** Returns a well-formed reference as errors show it, for one that may hold a secret. @default its text */
  describe?(rest: string): string;
  /**
   * Reads the value.
   *
   * @returns `undefined` if the reference is malformed
   * @throws TwoFactorError `REFERENCE_UNRESOLVED` without the value
   */
  read(request: ReferenceRequest): Promise<string | undefined>;
}

/** True if a value of the configuration, the environment or the vault is a reference. */
export function isReference(value: unknown): value is SecretReference {
  return typeof value === 'string' && REFERENCE_PREFIXES.some((prefix) => value.startsWith(prefix));
}

/** Advice for a reference that a vault may not hold. */
export const NO_PROGRAM_IN_VAULT =
  'Anybody who knows the recipients of a vault can write a file of it, so no file of it may name a program to run. Put the reference into the configuration or the environment.';

/** True if a reference names a program of the caller's choice. */
export function namesProgram(value: unknown): boolean {
  return isReference(value) && value.startsWith('exec:');
}

/** True if a value is marked as the value itself, whatever it begins with. */
export function isEscaped(value: unknown): value is `${typeof ESCAPE}${string}` {
  return typeof value === 'string' && value.startsWith(ESCAPE);
}

/** Returns a value with the mark `literal:` if it would be read as a reference, or as marked, without it. */
export function escaped<T>(value: T): T | string {
  return isReference(value) || isEscaped(value) ? `${ESCAPE}${value}` : value;
}

/** Returns the value itself, without the mark `literal:`. */
export function withoutEscape<T>(value: T): T | string {
  return isEscaped(value) ? value.slice(ESCAPE.length) : value;
}

/** Path and field of a reference such as `bw:Acme#totp`. */
export interface FieldReference {
  readonly path: string;
  /** @default it depends on the member */
  readonly field: string | undefined;
}

/** Splits a reference at its last `#`. Returns `undefined` if a part is empty, or would be an option of a command. */
export function readField(rest: string): FieldReference | undefined {
  const at = rest.lastIndexOf('#');
  const [path, field] = at < 0 ? [rest, undefined] : [rest.slice(0, at), rest.slice(at + 1)];
  const isValid = [path, field].every((part) => part === undefined || /^[^-\s]/.test(part));
  return isValid ? { path, field } : undefined;
}
