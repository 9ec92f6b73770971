import { createHash, timingSafeEqual } from 'node:crypto';
import { type Channel, channel } from 'node:diagnostics_channel';

/** Tells every secret that is made or used in this process to whoever keeps artifacts clean of them. */
export const secretChannel: Channel = channel('playwright-2fa:secret');

/**
 * A value that must not be seen: it prints, serialises, inspects and interpolates as `[secret alice/password]`.
 */
export class Secret {
  readonly #value: string;
  /** Whose secret it is and what, such as `alice/password`. */
  readonly label: string;

  constructor(label: string, value: string) {
    this.label = label;
    this.#value = value;
    // What `console.log` shows: Node looks for this name.
    Object.defineProperty(this, Symbol.for('nodejs.util.inspect.custom'), { value: () => this.toString() });
    secretChannel.publish(this);
  }

  /** The value itself. The only way to it, so that a search for this name finds every use. */
  reveal(): string {
    return this.#value;
  }

  /** Compares in constant time. */
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

/** Makes a value that is handed out as it is known as a secret. */
export function registerSecret(label: string, value: string): string {
  return new Secret(label, value).reveal();
}
