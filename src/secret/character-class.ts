/** Classes of characters that sites require, as Apple's rules name them. */
export const CHARACTER_CLASSES = {
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  lower: 'abcdefghijklmnopqrstuvwxyz',
  digit: '0123456789',
  special: '-~!@#$%^&*_+=`|(){}[:;"\'<>,.?/\\]',
} as const;

/** All printable characters of ASCII, without the space. */
export const PRINTABLE: string = Object.values(CHARACTER_CLASSES).join('');

/** Characters that people confuse when they read them. */
const CONFUSING = new Set('IOl01');
/** Punctuation that sites rarely refuse. */
const USUAL = new Set('!#%*+-=?@_');

/** Returns the characters that are easy to read and rarely refused. Returns all of them if none is. */
export function preferredOf(characters: string): string {
  const isPreferred = (one: string): boolean =>
    CHARACTER_CLASSES.special.includes(one) ? USUAL.has(one) : !CONFUSING.has(one);
  return Array.from(characters).filter(isPreferred).join('') || characters;
}
