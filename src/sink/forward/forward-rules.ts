import { foldAddress } from '../../message/address.ts';
import { isAddress } from './forward-url.ts';

/** Maximum number of rules, and of those with a `*`: each of these is compared with every recipient. */
const MAX_RULES = 10_000;
const MAX_PATTERNS = 100;

/** Addresses that get copies of the mail to another one. */
export interface ForwardRule {
  /** Address, or a pattern such as `alice@*` or `*@codes.acme.com`. */
  readonly address: string;
  readonly to: readonly string[];
}

/** The rules of a sink: by address, and by pattern. */
export class ForwardRules {
  readonly #exact = new Map<string, ForwardRule>();
  readonly #patterns = new Map<string, { readonly rule: ForwardRule; readonly pattern: RegExp }>();

  get all(): ForwardRule[] {
    return [...this.#exact.values(), ...[...this.#patterns.values()].map(({ rule }) => rule)];
  }

  /** Adds or replaces a rule. Returns the problem if there are too many. */
  set(rule: ForwardRule): string | undefined {
    const key = foldAddress('email', rule.address);
    const isPattern = key.includes('*');
    const [rules, max] = isPattern ? [this.#patterns, MAX_PATTERNS] : [this.#exact, MAX_RULES];
    if (rules.size >= max && !rules.has(key)) return `There are ${max} rules ${isPattern ? 'with a * ' : ''}already.`;
    if (isPattern) this.#patterns.set(key, { rule, pattern: patternOf(key) });
    else this.#exact.set(key, rule);
    return undefined;
  }

  /** Removes a rule. Returns false if there is none. */
  remove(address: string): boolean {
    const key = foldAddress('email', address);
    return this.#exact.delete(key) || this.#patterns.delete(key);
  }

  /** Returns the addresses that get copies of the mail to a recipient. */
  destinationsOf(folded: string): string[] {
    const matching = [...this.#patterns.values()].filter(({ pattern }) => pattern.test(folded));
    return [...(this.#exact.get(folded)?.to ?? []), ...matching.flatMap(({ rule }) => rule.to)];
  }
}

/** True for an address, or a pattern with at most one `*` on each side of the `@`. */
export function isAddressPattern(text: string): boolean {
  return isAddress(text) && text.split('@').every((part) => part.split('*').length <= 2);
}

/** Reads a rule such as `alice@*=alice.smith@acme.com`, or `undefined`. */
export function readForwardRule(text: string): ForwardRule | undefined {
  const at = text.lastIndexOf('=');
  const [address, to] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  return at > 0 && isAddressPattern(address) && isAddress(to) ? { address, to: [to] } : undefined;
}

function patternOf(folded: string): RegExp {
  const parts = folded.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^@]*')}$`, 'u');
}
