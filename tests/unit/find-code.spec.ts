import { expect, test } from '@playwright/test';
import { findCode } from '../../src/codes/find-code.ts';
import { readMail, readSms } from '../support/mail.ts';
import { expectThrown } from '../support/thrown.ts';

const FOOTER = `Request no. 48151623
© ${new Date().getFullYear()} Acme, Inc., 548 Market Street, San Francisco, CA 94107
Call +1 (202) 555-0143. Order no. 771203. You paid $1499.`;

test.describe('the code of a text message', () => {
  for (const text of [
    'Acme: 123456 is your sign-in code, valid for 5 min. Never tell it. Reply STOP to 40404 to opt out.',
    'Your Acme verification code is: 123456',
    'Your code is 123-456.',
    'Your code is 123 456',
    'Code: 1 2 3 4 5 6',
    'G-123456 is your Google verification code.',
    '<#> Your ExampleApp code is: 123456\nFA+9qCX9VSu',
    'Use 123456 to verify your account 99887766.',
    '123456 is your Amazon OTP. It expires in 10 minutes.',
  ]) {
    test(text.replace('\n', ' '), async () => {
      expect(findCode(await readSms(text))).toBe('123456');
    });
  }
});

test.describe('the code of a mail', () => {
  for (const [name, content] of Object.entries({
    'alone on its line': { text: `Enter this code to sign in:\n\n123456\n\nIt expires in 10 minutes.\n\n${FOOTER}` },
    'in the subject': { subject: '123456 is your Acme verification code', text: `Hello.\n\n${FOOTER}` },
    'in a sentence': { text: `Your verification code is 123456 and works for 15 minutes.\n\n${FOOTER}` },
    'in large type': {
      html: `<style>b{color:#654321}</style><p>Enter this code:</p><div style="color:#112233;font-size:34px">123456</div><p>${FOOTER}</p>`,
    },
    'in a cell for each digit': {
      html: `<p>Your code</p><table><tr>${[...'123456'].map((digit) => `<td>${digit}</td>`).join('')}</tr></table>`,
    },
    'next to a hidden one': {
      html: '<div style="display:none">Your code is 999888</div><p>Your code is</p><p>123456</p>',
    },
    'next to a postal code': { text: 'Your code is 123456. Acme, 548 Market Street, San Francisco, CA 94107' },
    'next to a year': { text: 'Your code is 123456. © 2025 Acme. All rights reserved since 1999.' },
    'next to a price': { text: 'Your code is 123456. You are about to pay $4200 or 4200 EUR.' },
    'next to a telephone number': { text: 'Your code is 123456. Questions? Call +1 202 555 0143.' },
    'next to an order number': { text: 'Your code is 123456. It is for order no. 654321.' },
    'next to a link with numbers': { text: 'Your code is 123456. https://acme.example/verify/654321?id=987654' },
  })) {
    test(name, async () => {
      expect(findCode(await readMail({ subject: 'Sign in to Acme', ...content }))).toBe('123456');
    });
  }
});

test.describe('a code in the subject', () => {
  const SUBJECT = '123456 is your Acme sign-in code';

  test('is the code if the body repeats it, and nothing else is read', async () => {
    const message = await readMail({ subject: SUBJECT, text: 'Your code: 123456', html: '<p>Your code: 123456</p>' });
    const unread = Object.defineProperty({ ...message }, 'text', { get: () => expect(null, 'it was read').toBe('') });
    expect(findCode(unread)).toBe('123456');
  });

  test('is the code even if the body has other codes', async () => {
    const message = await readMail({ subject: SUBJECT, text: 'Your code: 123456\n\nYour backup code: 998877' });
    expect(findCode(message)).toBe('123456');
  });

  test('is ambiguous if the body announces another', async () => {
    const message = await readMail({ subject: 'Your code: 123456', text: 'Your verification code is: 998877' });
    await expectThrown(() => findCode(message), 'CODE_AMBIGUOUS');
  });

  test('is ignored if it has another length', async () => {
    const message = await readMail({
      subject: '1234 is your code',
      text: 'Code of today: 1234\n\nYour code is 998877.',
    });
    expect(findCode(message, { length: 6 })).toBe('998877');
  });
});

test.describe('there is no code', () => {
  for (const [name, text] of [
    ['in a newsletter', `Our spring sale has begun.\n\n${FOOTER}`],
    ['in a receipt', 'Order no. 123456 was sent. You paid $1234.'],
    ['in the confirmation of a payment', 'Your payment of $25.00 was approved.\nAuthorization code: 482913'],
    ['in a reference', 'Thank you. Your reference code is 482913.'],
    [
      'below a text about the code of a payment',
      `You paid $25.00. The authorization code is on your bank statement.\n${'This is a receipt, and nothing is left to do. '.repeat(5)}\n\n482913\n\nAcme`,
    ],
    ['in words alone', 'Your code will come in a second message.'],
    ['in an address', 'Verify here: https://acme.example/code/123456'],
  ] as const) {
    test(name, async () => {
      await expectThrown(
        async () => findCode(await readMail({ subject: 'Acme', text })),
        'CODE_NOT_FOUND',
        '"Acme"',
        'pattern',
      );
    });
  }
});

test('two equally good codes are an error that does not show them', async () => {
  const message = await readSms('Your code is 135790. Your code is 246801.');
  const error = await expectThrown(() => findCode(message), 'CODE_AMBIGUOUS', '2 numbers', 'pattern');
  expect(error.message).not.toMatch(/135790|246801/);
});

test('the same code twice is one code', async () => {
  const message = await readMail({ subject: '123456 is your code', text: 'Your code is 123456.' });
  expect(findCode(message)).toBe('123456');
});

test.describe('a length selects the code', () => {
  for (const [length, code] of [
    [4, '4821'],
    [6, '135790'],
    [8, '24680135'],
  ] as const) {
    test(`for ${length} digits`, async () => {
      const message = await readSms('Your code is 4821. Your code is 135790. Your code is 24680135.');
      expect(findCode(message, { length })).toBe(code);
    });
  }
});

test.describe('a pattern overrides all other evidence', () => {
  for (const [name, pattern, code] of [
    ['by its first group', /voucher (\w+)/, 'AB12CD'],
    ['by its whole match', /[A-Z]{2}\d{2}[A-Z]{2}/, 'AB12CD'],
    ['each time it is used, with the flag g', /voucher (\w+)/g, 'AB12CD'],
    ['in the subject', /\[(\d+)\]/, '77'],
  ] as const) {
    test(name, async () => {
      const message = await readMail({ subject: 'Welcome [77]', text: 'Your code is 123456, your voucher AB12CD.' });
      expect([findCode(message, { pattern }), findCode(message, { pattern })]).toEqual([code, code]);
    });
  }

  test('and no code is returned if it does not match', async () => {
    const message = await readSms('Your code is 123456.');
    const error = await expectThrown(
      () => findCode(message, { pattern: /voucher (\w+)/ }),
      'CODE_NOT_FOUND',
      '/voucher (\\w+)/',
    );
    expect(error.message).not.toContain('123456');
  });
});
