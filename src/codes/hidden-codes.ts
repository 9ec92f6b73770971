import type { Message } from '../message/message.ts';
import { THRESHOLD, rankCodes } from './rank-code.ts';

/** Hides the codes in a text of a message. */
export type Hide = (text: string) => string;

/**
 * Returns a function that hides codes: numbers, words with digits, addresses except the host, and every candidate.
 *
 * @param cover returns what a hidden word is shown as
 */
export function hideCodes(message: Message, cover: (word: string) => string): Hide {
  const codes = rankCodes(message)
    .filter(({ code, score }) => score >= THRESHOLD && /\D/.test(code))
    .flatMap(({ code }) => [code, ...code.split(/[^\p{L}\p{N}]+/u)])
    .filter((code) => code.length > 1);
  return (text) => {
    const shown = text
      .replace(/(https?:\/\/[^\s/?#]*)[^\s]+/gi, '$1/…')
      .replace(/[\p{L}\p{N}]*\p{N}[\p{L}\p{N}]*/gu, cover);
    const rest = codes.reduce((left, code) => left.replaceAll(code, cover), shown);
    // A code may be printed with each letter in a box of its own.
    return codes.length > 0 && /^\s*\p{L}\s*$/u.test(rest) ? '•' : rest;
  };
}

/** Covers each character of a word. */
export function dots(word: string): string {
  return '•'.repeat(word.length);
}
