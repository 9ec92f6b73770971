import { createHash, timingSafeEqual } from 'node:crypto';
import { type Channel, channel } from 'node:diagnostics_channel';

/**
 * Publishes each secret that is created or used in this process. The redaction of reports and traces subscribes to it.
 */
export const secretChannel: Channel = channel('playwright-2fa:secret');

/**
 * A value that must not be visible. It prints, serializes and inspects as `[secret alice/password]`, and reports and
 * traces are cleaned of it.
 *
 * @example
 * const password = new Secret('alice/password', process.env.ALICE_PASSWORD!);
 * console.log(`Signing in with ${password}`); // Signing in with [secret alice/password]
 * await fillSecret(page.getByLabel('Password'), password);
 */
export class Secret {
  readonly #value: string;
  /** The owner and the kind of the secret, such as `alice/password`. */
  readonly label: string;

  constructor(label: string, value: string) {
    this.label = label;
    this.#value = value;
    // Node's `inspect`, and with it `console.log`, calls a method with this symbol.
    Object.defineProperty(this, Symbol.for('nodejs.util.inspect.custom'), { value: () => this.toString() });
    secretChannel.publish(this);
  }

  /**
   * Returns the value. It is the only way to read it, so that a search for this name finds every use.
   *
   * @example
   * await request.post('/api/login', { data: { password: password.reveal() } });
   */
  reveal(): string {
    return this.#value;
  }

  /** Compares with another secret or a text in constant time. */
  equals(other: Secret | string): boolean {
    const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
    return timingSafeEqual(digest(this.#value), digest(typeof other === 'string' ? other : other.reveal()));
  }

  toString(): string {
    return `[secret ${this.label}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [Symbol.toPrimitive](): string {
    return this.toString();
  }
}

/** Registers a value as a secret, and returns the value. For values that the caller gets as text. */
export function registerSecret(label: string, value: string): string {
  return new Secret(label, value).reveal();
}
