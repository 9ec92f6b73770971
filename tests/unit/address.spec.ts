import { expect, test } from '@playwright/test';
import fc from '../support/property.ts';
import { foldAddress } from '../../src/message/address.ts';

test.describe('the same mailbox', () => {
  for (const [spelling, folded] of [
    ['Alice@Example.COM', 'alice@example.com'],
    ['  alice@example.com ', 'alice@example.com'],
    ['"alice"@example.com', 'alice@example.com'],
    ['"Al\\ice"@example.com', 'alice@example.com'],
    ['alice@bücher.example', 'alice@xn--bcher-kva.example'],
    ['ALICE@BÜCHER.example', 'alice@xn--bcher-kva.example'],
    ['alice@XN--BCHER-KVA.example', 'alice@xn--bcher-kva.example'],
    ['zoë@example.com', 'zoë@example.com'],
    ['"a b"@example.com', '"a\\ b"@example.com'],
    ['ZOË@example.com', 'zoë@example.com'],
    ['ΟΔΥΣΣΕΥΣ@example.com', 'οδυσσευσ@example.com'],
    ['alice@example.com.', 'alice@example.com'],
    ['alice@bücher.example.', 'alice@bücher.example'],
    ['alice@straße.example', 'alice@xn--strae-oqa.example'],
  ] as const) {
    test(`${spelling} is ${folded}`, () => {
      expect(foldAddress('email', spelling)).toBe(foldAddress('email', folded));
    });
  }
});

test.describe('another mailbox', () => {
  for (const [one, other] of [
    ['alice@a.example', 'alice@b.example'],
    ['alice+1@a.example', 'alice@a.example'],
    ['al.ice@a.example', 'alice@a.example'],
    ['"al ice"@a.example', 'alice@a.example'],
    ['"\\"alice\\""@a.example', 'alice@a.example'],
    ['\u212Aate@a.example', 'kate@a.example'], // KELVIN SIGN
    ['kate@\u212A.example', 'kate@k.example'],
    ['\u212Bsa@a.example', 'åsa@a.example'], // ANGSTROM SIGN
    ['\u0130da@a.example', 'i\u0307da@a.example'], // capital I with a dot
    ['\u0130da@a.example', 'ida@a.example'],
    ['\u017Fam@a.example', 'sam@a.example'], // long s
    ['sam@\u017F.example', 'sam@s.example'],
    ['\uFF41lice@a.example', 'alice@a.example'], // full-width a
    ['alice@\uFF41.example', 'alice@a.example'],
    ['alice@a\u3002example', 'alice@a.example'], // ideographic full stop
    ['alice@\uFF11\uFF10.0.0.1', 'alice@10.0.0.1'],
    ['ali\u00ADce@a.example', 'alice@a.example'], // soft hyphen
    ['alice@a\u00AD.example', 'alice@a.example'],
    ['alice@a.example..', 'alice@a.example'],
    ['alice@a.example\u00A0', 'alice@a.example'],
    ['alice\uFF20a.example', 'alice@a.example'], // full-width @
  ] as const) {
    test(`${one} is not ${other}`, () => {
      expect(foldAddress('email', one)).not.toBe(foldAddress('email', other));
    });
  }
});

test.describe('the same number', () => {
  for (const spelling of [
    '+12025552368',
    '+1 (202) 555-2368',
    '+1.202.555.2368',
    '12025552368',
    '0012025552368',
    '00 1 202 555 2368',
    ' +1-202-555-2368 ',
    '(+1) 202 555 2368',
    '+1 202/555/2368',
    '+1\u00A0202\u2011555\u20132368', // no-break space and hyphen, en dash
    'whatsapp:+12025552368',
    'tel:+1-202-555-2368',
  ]) {
    test(`${spelling} is +12025552368`, () => {
      expect(foldAddress('sms', spelling)).toBe('+12025552368');
    });
  }

  for (const sender of ['ACME', 'Acme24', '3M', '+1800FLOWERS'])
    test(`the sender ${sender} keeps its letters`, () => {
      expect(foldAddress('sms', ` ${sender} `)).toBe(sender.toLowerCase());
    });
});

test.describe('another number', () => {
  for (const spelling of [
    '+1202abc5552368',
    '+1202555236\u0668', // Arabic digit
    '+1202555236\uFF18', // full-width digit
    '\uFF0B12025552368', // full-width plus sign
    '+120255523\u20666 8', // invisible character
    '++12025552368',
    '+1+2025552368',
    '+12025552368;ext=1',
    '+12025552368 x1',
    '+12025552368@carrier.example',
    '+1,202,555,2368',
    'messenger:12025552368',
    '\u017Fms:+12025552368',
  ])
    test(`${JSON.stringify(spelling)} is not a spelling of +12025552368`, () => {
      const digits = `+${spelling.replace(/\D/g, '')}`;
      expect([digits, '+12025552368']).not.toContain(foldAddress('sms', spelling));
    });
});

test.describe('folding twice is folding once', () => {
  const local = fc.string({ unit: fc.constantFrom('"', '\\', ' ', '.', '@', 'a', 'B', 'é') });
  const quoted = local.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"@Example.com`);
  const addresses = {
    'an e-mail address': fc.emailAddress(),
    'a quoted one': quoted,
    'any text': fc.string({ unit: 'binary' }),
  };
  for (const [name, arbitrary] of Object.entries(addresses)) {
    test(`for ${name}`, () => {
      fc.assert(
        fc.property(arbitrary, fc.constantFrom('email', 'sms'), (address, kind) => {
          const once = foldAddress(kind, address);
          expect(foldAddress(kind, once)).toBe(once);
        }),
      );
    });
  }

  test('and the case of an e-mail address never counts', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (address) => {
        expect(foldAddress('email', address.toUpperCase())).toBe(foldAddress('email', address));
      }),
    );
  });
});
