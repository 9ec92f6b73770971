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
  ]) {
    test(`${spelling} is +12025552368`, () => {
      expect(foldAddress('sms', spelling)).toBe('+12025552368');
    });
  }

  test('a sender without digits keeps its letters', () => {
    expect(foldAddress('sms', ' ACME ')).toBe('acme');
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
