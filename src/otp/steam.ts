import { createHmac } from 'node:crypto';

/** Characters of a Steam Guard code: none that is easily mistaken for another. */
export const STEAM_CHARACTERS = '23456789BCDFGHJKMNPQRTVWXY';
const LENGTH = 5;

/** Generates a Steam Guard code: the number of RFC 4226, written with 26 characters and the last one first. */
export function generateSteamCode(key: Uint8Array, factor: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(factor));
  const digest = createHmac('sha1', key).update(counter).digest();
  let number = digest.readUInt32BE(digest[digest.length - 1]! & 0xf) & 0x7fffffff;
  let code = '';
  for (let at = 0; at < LENGTH; at++) {
    code += STEAM_CHARACTERS[number % STEAM_CHARACTERS.length];
    number = Math.floor(number / STEAM_CHARACTERS.length);
  }
  return code;
}
