import { expect, test } from '@playwright/test';
import { encodeBase32 as encode, readSeed } from '../../src/otp/seed.ts';
import { encodeBase32 } from '../support/base32.ts';
import fc from '../support/property.ts';
import { expectThrown, thrownBy } from '../support/thrown.ts';

const DEFAULTS = { algorithm: 'sha1', digits: 6, period: 30 };

test.describe('Base32 is read in any spelling that sites use', () => {
  for (const [text, bytes] of [
    ['MZXW6YTB', 'fooba'],
    ['MZXW6YTBOI======', 'foobar'],
    ['MZXW6YTBOI', 'foobar'],
    ['mzxw6ytboi', 'foobar'],
    ['mzxw 6ytb oi', 'foobar'],
    ['MZXW-6YTB-OI', 'foobar'],
    ['\tMZXW\u00a06YTB\u00a0OI\r\n', 'foobar'],
    ['MZXW–6YTB–OI', 'foobar'],
    ['mzxw.6ytb.oi', 'foobar'],
    ['M Z X W 6 Y T B O I', 'foobar'],
    ['MZXW\u200b6YTB\u202fOI', 'foobar'],
    ['MZXW6YTBOJ', 'foobar'], // the bits left over are not zero
    ['MZXW6YTBO', 'fooba'], // a character too many
    ['GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', '12345678901234567890'],
  ] as const) {
    test(JSON.stringify(text), () => {
      expect(readSeed(text)).toEqual({ key: new Uint8Array(Buffer.from(bytes)), ...DEFAULTS });
    });
  }

  test('and any bytes come back unchanged', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 5, maxLength: 128 }), (bytes) => {
        const text = encodeBase32(bytes);
        fc.pre(!/^\d{4,9}$/.test(text));
        expect(readSeed(text).key).toEqual(bytes);
        expect(encode(bytes)).toBe(text);
      }),
    );
  });
});

test.describe('an otpauth URI is read with all of its parameters', () => {
  const key = new Uint8Array(Buffer.from('foobar'));
  for (const [uri, rest] of [
    ['otpauth://totp/Acme:alice?secret=MZXW6YTBOI', {}],
    ['OTPAUTH://TOTP/Acme:alice?secret=mzxw6ytboi', {}],
    ['otpauth://totp/Acme%20Inc:alice@acme.example?secret=MZXW6YTBOI%3D%3D%3D%3D%3D%3D', {}],
    ['otpauth://totp/Acme Inc:alice?secret=MZXW 6YTB OI', {}],
    [
      'otpauth://totp/a?secret=MZXW6YTBOI&algorithm=SHA256&digits=8&period=60',
      { algorithm: 'sha256', digits: 8, period: 60 },
    ],
    [
      'otpauth://totp/a?secret=MZXW6YTBOI&algorithm=sha-512&digits=7&period=15',
      { algorithm: 'sha512', digits: 7, period: 15 },
    ],
    ['otpauth://totp/a?secret=MZXW6YTBOI&algorithm=HmacSHA1&image=https://acme.example/a.png', {}],
    ['otpauth:totp/a?secret=MZXW6YTBOI', {}],
    ['otpauth://totp/What? Now?:alice?secret=MZXW6YTBOI&digits=8', { digits: 8 }],
    ['otpauth://totp/Team #1:alice?secret=MZXW6YTBOI&issuer=Team #1&period=60', { period: 60 }],
    ['otpauth://totp/a?secret=MZXW6YTBOI&digits=&period=&algorithm=&counter=', {}],
    ['otpauth://totp/100%:alice?secret=MZXW6YTBOI#', {}],
    ['otpauth://hotp/Acme:alice?secret=MZXW6YTBOI&counter=7', { counter: 7 }],
  ] as const) {
    test(uri, () => {
      expect(readSeed(uri)).toEqual({ key, ...DEFAULTS, ...rest });
    });
  }
});

test.describe('an invalid seed is refused with the reason', () => {
  for (const [text, ...reasons] of [
    ['123456', 'Did you store a 6-digit code?', 'QR code'],
    ['12 34 56 78', 'Did you store a 8-digit code?'],
    ['', '0 bytes'],
    ['MZXW6', '3 bytes', '10 or more'],
    ['A'.repeat(240), 'at most 128'],
    ['MZXW6YTB0189', '"0", "1", "8", "9"', 'copied by hand'],
    ['not a seed!', '"!"', 'not Base32'],
    ['https://acme.example/setup', 'not Base32'],
    ['otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8', 'several accounts'],
    ['otpauth://hotp/a?secret=MZXW6YTBOI', '"counter"', '&counter=0'],
    ['otpauth://hotp/a?secret=MZXW6YTBOI&counter=-1', '"counter"'],
    ['otpauth://motp/a?secret=MZXW6YTBOI', 'type', '"motp"'],
    ['otpauth://totp/a?secret=MZXW6YTBOI&encoder=hex', 'encoder', '"hex"'],
    ['steam://MZXW6YTB0189', '"0"', 'not Base32'],
    ['otpauth://totp/a', 'no "secret"'],
    ['otpauth://totp/a?secret=', 'no "secret"'],
    ['otpauth://totp/a?secret=MZXW6YTBOI&algorithm=MD5', '"MD5"', 'SHA256'],
    ['otpauth://totp/a?secret=MZXW6YTBOI&digits=5', '"5"', '6, 7 or 8'],
    ['otpauth://totp/a?secret=MZXW6YTBOI&period=0', '"0"', '1 to 3600'],
    ['otpauth://totp/a?secret=MZXW6YTBOI&period=half', '"half"'],
    ['otpauth://totp/a?algorithm=MD5&digits=5&period=-1', 'secret', 'MD5', '"5"', '"-1"'],
    ['otpauth://totp/a?secret=123456', 'Did you store a 6-digit code?'],
    ['otpauth://[', 'does not parse'],
  ] as const) {
    test(JSON.stringify(text), async () => {
      await expectThrown(() => readSeed(text), 'OTP_SEED_INVALID', ...reasons);
    });
  }
});

test.describe('an error never contains the seed', () => {
  const seed = fc.uint8Array({ minLength: 10, maxLength: 40 }).map(encodeBase32);
  const mistakes: Record<string, (seed: string) => string> = {
    'with a typing error': (seed) => `${seed}0!`,
    'in groups, with a typing error': (seed) => `${seed.match(/.{1,4}/g)?.join(' ')} 1`,
    'too long': (seed) => seed.repeat(30),
    'as the type of a URI': (seed) => `otpauth://${seed}`,
    'as the type of a URI without slashes': (seed) => `otpauth:${seed.toLowerCase()}`,
    'in a URI of another type': (seed) => `otpauth://hotp/a?secret=${seed}`,
    'in a URI with other errors': (seed) => `otpauth://totp/a?secret=${seed}&digits=9&period=x&algorithm=y`,
    'as the algorithm': (seed) => `otpauth://totp/a?secret=&algorithm=${seed}`,
    'as the digits': (seed) => `otpauth://totp/a?digits=${seed}`,
    'as the period': (seed) => `otpauth://totp/a?period=${seed}`,
    'in a URI that does not parse': (seed) => `otpauth://[?secret=${seed}`,
    'in an export of accounts': (seed) => `otpauth-migration://offline?data=${seed}`,
    'with text around it': (seed) => `seed: ${seed}`,
  };
  for (const [name, mistake] of Object.entries(mistakes)) {
    test(name, async () => {
      await fc.assert(
        fc.asyncProperty(seed, async (seed) => {
          const { message } = await thrownBy(() => readSeed(mistake(seed)));
          expect(message.toUpperCase().replaceAll(/\s/g, '')).not.toContain(seed);
        }),
      );
    });
  }
});
