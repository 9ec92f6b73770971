/** Characters that end a line or have no sign. None is part of an address (RFC 5321 section 4.1.2) or of a number. */
// oxlint-disable-next-line no-control-regex -- matching control characters is the purpose
const CONTROL = /[\u0000-\u001F\u007F-\u009F\u2028\u2029]/;

/** Returns the first of some addresses that has a control character, such as a line end, which would end a header. */
export function withControl(addresses: readonly string[]): string | undefined {
  return addresses.find((address) => CONTROL.test(address));
}

/**
 * Copies a text that is kept, with blanks in place of control characters. V8 represents a part of a text as a reference to
 * the whole, so that a number of twelve digits would keep the whole request in memory that it came in.
 */
export function ownText(text: string): string {
  const copy = Buffer.from(text).toString();
  return CONTROL.test(copy) ? copy.replace(new RegExp(CONTROL, 'g'), ' ') : copy;
}
