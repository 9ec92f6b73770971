import type { OtpSeed } from './seed.ts';

/** Size of the smallest seed that sites commonly hand out, in bytes. RFC 4226 section 4 requires 16. */
const COMMON_MIN_BYTES = 10;

/** Returns why a seed that can be read is probably not what a site has shown; `undefined` if it looks like one. */
export function doubtAboutSeed({ key }: Pick<OtpSeed, 'key'>): string | undefined {
  if (new Set(key).size === 1) return 'every byte of it is the same, as in a placeholder';
  if (key.length >= COMMON_MIN_BYTES) return undefined;
  return `it is ${key.length} bytes long, and sites hand out ${COMMON_MIN_BYTES} or more: a part of it may be missing`;
}
