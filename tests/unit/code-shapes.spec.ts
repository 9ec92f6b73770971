import { expect, test } from '@playwright/test';
import { findCode } from '../../src/codes/find-code.ts';
import { findLink } from '../../src/codes/find-link.ts';
import type { Message } from '../../src/message/message.ts';
import { readMail, readSms } from '../support/mail.ts';

function codeOf(message: Message): string | undefined {
  try {
    return findCode(message);
  } catch {
    return undefined;
  }
}

function linkOf(message: Message): string | undefined {
  try {
    return findLink(message);
  } catch {
    return undefined;
  }
}

test('a code in a field to copy it from is read, and that of a hidden field is not', async () => {
  const mail = (field: string): Promise<Message> =>
    readMail({ subject: 'Your sign-in code', html: `<p>Copy this code:</p>${field}<p>It is valid for 5 minutes.</p>` });
  expect(codeOf(await mail('<input value="550917" readonly>'))).toBe('550917');
  expect(codeOf(await mail('<input type="text" value="550 917">'))).toBe('550917');
  expect(codeOf(await mail('<input type="hidden" value="550917">'))).toBe(undefined);
  expect(codeOf(await mail('<div style="display:none"><input value="550917"></div>'))).toBe(undefined);
});

test('a code in the words of a picture is read', async () => {
  const html =
    '<p>Your sign-in code:</p><img src="https://img.acme.example/9.png" alt="Code 550 917"><p>Do not share it.</p>';
  expect(codeOf(await readMail({ subject: 'Acme', html }))).toBe('550917');
});

for (const [shown, code] of [
  ['550 917 42', '55091742'],
  ['kvqwd-zprxh', 'kvqwd-zprxh'],
] as const)
  test(`a code is read as "${shown}"`, async () => {
    const html = `<p>Your sign-in code:</p><p>${shown}</p><p>It is valid for 5 minutes.</p>`;
    expect(codeOf(await readMail({ subject: 'Sign-in code', html }))).toBe(code);
  });

test('two words with a hyphen on a line of their own are not a code', async () => {
  const html = '<p>Your sign-in code was used from</p><p>baden-baden</p><p>It is valid for 5 minutes.</p>';
  expect(codeOf(await readMail({ subject: 'Sign-in code', html }))).toBe(undefined);
});

for (const text of [
  'Design review\nMeeting ID: 913 2208 4410\nPasscode: 550917',
  'Reunión semanal\nID de reunión: 913 2208 4410\nContraseña: 550917',
  'Type the collection PIN 550917 at the locker.',
  'Your Acme recharge PIN is 5509 1742 3310 8821.',
])
  test(`the number of a meeting, a parcel or a voucher is not a code: "${text.slice(0, 30)}…"`, async () => {
    expect(codeOf(await readMail({ subject: 'Acme', text }))).toBe(undefined);
  });

test('a code that only the one who pays may enter is read, and the number of a receipt is not', async () => {
  const mail = (rest: string): Promise<Message> =>
    readMail({ subject: 'Your payment', text: `You pay 310.00 EUR to Acme.\nAuthorization code: 550 917\n${rest}` });
  expect(codeOf(await mail('Only enter this if you started the payment.'))).toBe('550917');
  expect(codeOf(await mail('Thank you for your payment.'))).toBe(undefined);
});

test('a link that ends with the code is the link to sign in', async () => {
  expect(linkOf(await readSms('Acme code 55091, or tap https://acme.example/v/55091'))).toBe(
    'https://acme.example/v/55091',
  );
  expect(linkOf(await readSms('Your parcel 55091 is on its way: https://acme.example/t/55091'))).toBe(undefined);
});

for (const [subject, text] of [
  ['Kennwort vergessen', 'Hier können Sie ein neues Kennwort vergeben:'],
  ['Redefinição de senha', 'Recebemos um pedido para criar nova senha:'],
] as const)
  test(`a link to set a new password is found: "${text}"`, async () => {
    const url = 'https://acme.example/k/p7Zq20';
    expect(linkOf(await readMail({ subject, text: `${text}\n\n${url}\n\nhttps://www.acme.example` }))).toBe(url);
  });
