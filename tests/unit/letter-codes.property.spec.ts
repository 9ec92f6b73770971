import { expect, test } from '@playwright/test';
import { type FindCodeOptions, findCode } from '../../src/codes/find-code.ts';
import { decodeMessage } from '../../src/message/decode.ts';

const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ALPHABETS = {
  'capitals and digits': [`${CAPITALS}0123456789`, 6],
  'Crockford Base32': ['0123456789ABCDEFGHJKMNPQRSTVWXYZ', 8],
  'letters of both cases and digits': [`${CAPITALS}${CAPITALS.toLowerCase()}0123456789`, 6],
  'Steam Guard': ['23456789BCDFGHJKMNPQRTVWXY', 5],
  'ten capitals and digits': [`${CAPITALS}0123456789`, 10],
} as const;
const SENTENCES = [
  'Your login code is {}',
  '{} is your Harbor verification code.',
  'Use {} to sign in to Harbor.',
  'Your one-time password is {} and expires in 10 minutes.',
  'Harbor: enter {} to confirm your account. Never share it.',
  'Your security code for Harbor is {}.',
  'Hi Ada, the access code you asked for is: {}. Thanks!',
  'To log in, type the code {} in the window that you left open.',
  'HARBOR LOGIN CODE: {}\nDO NOT SHARE',
  'Here is your code:\n\n{}\n\nIt works once.',
  'Ihr Sicherheitscode lautet {}.',
  'Votre code de connexion est {}.',
];
const RUNS = 60;
/** Share of the codes that are read. Random letters may be a word: those are left. */
const LEAST = 0.985;

test.describe('random codes in ordinary sentences are read, and nothing else', () => {
  for (const [name, [alphabet, length]] of Object.entries(ALPHABETS)) {
    test(name, async () => {
      expect(await shareRead(alphabet, length)).toBeGreaterThan(LEAST);
    });
  }
});

test('the length and the characters widen what is read', async () => {
  const options = { length: 6, charset: 'alphanumeric' } as const;
  expect(await shareRead(CAPITALS, 6, options)).toBeGreaterThan(0.99);
  expect(await read('Please enter code 548 on Harbor.', { length: 3 })).toBe('548');
  expect(await read('Your code is hxkqgm.', options)).toBe('hxkqgm');
  expect(await read('Your code is 48291357024680.', { length: 14 })).toBe('48291357024680');
});

test.describe('a word is not a code', () => {
  for (const sentence of [
    'Your login code is READY',
    'Your code is VALID for ten minutes',
    'Your verification code is CASE SENSITIVE.',
    'Use HTTPS to sign in.',
    'Use PayPal to sign in.',
    'Your code for XBOX has been sent to your PHONE.',
    'HARBOR is your sign-in code provider.',
    'Enter the code on Zarqvist.',
  ]) {
    for (const options of [{}, { length: 5, charset: 'alphanumeric' }] as const) {
      test(`${sentence} ${JSON.stringify(options)}`, async () => {
        expect(await read(sentence, options)).toBeUndefined();
      });
    }
  }
});

async function shareRead(alphabet: string, length: number, options: FindCodeOptions = {}): Promise<number> {
  const random = randomOf(length);
  let readCodes = 0;
  for (let run = 0; run < RUNS; run++) {
    for (const sentence of SENTENCES) {
      const code = Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
      const found = await read(sentence.replace('{}', code), options);
      expect([code, undefined], sentence.replace('{}', code)).toContain(found);
      if (found === code) readCodes++;
    }
  }
  return readCodes / (RUNS * SENTENCES.length);
}

async function read(text: string, options: FindCodeOptions): Promise<string | undefined> {
  const envelope = { kind: 'sms', id: '1', seq: 1, from: 'Harbor', to: [], receivedAt: 0, size: 0 } as const;
  const message = await decodeMessage(envelope, Buffer.from(text));
  try {
    return findCode(message, options);
  } catch {
    return undefined;
  }
}

/** A linear congruential generator, so that a failure is caused by a change and not by new codes. */
function randomOf(seed: number): () => number {
  let state = seed * 2026;
  return () => (state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32) / 2 ** 32;
}
