/** Smallest number of characters of a shared secret. */
const MIN_LENGTH = 16;
/** Smallest number of different characters. */
const MIN_DIFFERENT = 8;

/** Description of a shared secret that is strong enough, for errors and documentation. */
export const STRENGTH_RULE: string = `at least ${MIN_LENGTH} characters, ${MIN_DIFFERENT} of them different, without repetitions and runs such as "abcd"; for example the output of: openssl rand -base64 24`;

/**
 * True if a passphrase, token or signing secret is long and varied enough that it cannot be guessed by trying likely
 * values. Repeated parts and runs of neighboring characters count once.
 *
 * @see https://pages.nist.gov/800-63-4/sp800-63b.html section 3.1.1.2
 */
export function isStrong(secret: string): boolean {
  const once = withoutRepetition(secret.toLowerCase());
  const counted = once.split('').filter((_, index) => !continuesRun(once, index));
  return counted.length >= MIN_LENGTH && new Set(counted).size >= MIN_DIFFERENT;
}

/** Returns the part of which a text consists, if it is the same part several times. */
function withoutRepetition(text: string): string {
  const period = `${text}${text}`.indexOf(text, 1);
  return text.slice(0, period);
}

/** True for the third and each further character of `aaa`, `abc` or `321`. */
function continuesRun(text: string, index: number): boolean {
  if (index < 2) return false;
  const step = text.charCodeAt(index) - text.charCodeAt(index - 1);
  return Math.abs(step) <= 1 && step === text.charCodeAt(index - 1) - text.charCodeAt(index - 2);
}
