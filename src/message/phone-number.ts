/** The prefix of a channel that names its users by their phone numbers, such as `whatsapp:`. */
const CHANNEL = /^[\t\n\r ]*(?:whatsapp|rcs|sms|tel):/i;

/** Digits of ASCII, and the separators that people write between them. */
const WRITTEN = /^[\t\n\r ]*\(?\+?[\d\t\n\r ().\u2010-\u2013\u00a0\u202f/-]*$/;

/** Splits the channel off a phone number. */
export function splitChannel(text: string): { readonly channel: string; readonly bare: string } {
  const channel = CHANNEL.exec(text)?.[0] ?? '';
  return { channel, bare: text.slice(channel.length) };
}

/** Returns the digits of a text that is written as a phone number, or undefined if it has anything else in it. */
export function digitsOf(bare: string): string | undefined {
  if (!WRITTEN.test(bare)) return undefined;
  const digits = bare.replace(/\D/g, '');
  return digits === '' ? undefined : digits;
}

/**
 * Returns a number as E.164 without separators: `+1 (555) 010-0123` and `0015550100123` are both `+15550100123`. Returns
 * undefined for a text that is not a number: one with letters, or with digits of other scripts.
 */
export function readNumber(text: string): string | undefined {
  const { bare } = splitChannel(text);
  const digits = digitsOf(bare);
  if (digits === undefined) return undefined;
  return !bare.includes('+') && digits.startsWith('00') ? `+${digits.slice(2)}` : `+${digits}`;
}
