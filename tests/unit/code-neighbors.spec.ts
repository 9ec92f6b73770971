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

test('the name of the sender and a greeting are not taken as codes', async () => {
  const html = '<p>We saw a sign-in code request.</p><p>BQXTRF</p><p>Grnvlkj,</p>';
  expect(codeOf(await readMail({ from: 'BQXTRF <info@bqxtrf.example>', subject: 'New device login', html }))).toBe(
    undefined,
  );
  expect(codeOf(await readMail({ from: 'Acme <info@acme.example>', subject: 'Your sign-in code', html }))).toBe(
    'BQXTRF',
  );
});

for (const subject of ['Your pickup code', 'Twój kod odbioru', 'Ihr Abholcode', 'Votre code de retrait', '您的取件码'])
  test(`a mail with the subject "${subject}" has no code to sign in`, async () => {
    const text = 'Show this code at the counter:\n\n574019\n\nThe code is valid until 6 pm.';
    expect(codeOf(await readMail({ subject, text }))).toBe(undefined);
    expect(codeOf(await readMail({ subject: 'Your sign-in code', text }))).toBe('574019');
  });

for (const text of [
  'Banks drop verification codes in 2027.',
  'We have sent one-time codes since 2019.',
  'Wir verschicken Sicherheitscodes seit 2021.',
])
  test(`the year of "${text}" is not a code`, async () => {
    expect(codeOf(await readMail({ subject: 'News of the week', text }))).toBe(undefined);
  });

test('a sentence above a code is not the label of another number', async () => {
  const page = (above: string): Promise<Message> =>
    readMail({
      subject: 'One more step',
      html: `<p>${above}</p><h2>0047</h2><p>Use the code above within 5 minutes.</p>`,
    });
  expect(codeOf(await page('Please approve your new sign-in request'))).toBe('0047');
  expect(codeOf(await page('Request number:'))).toBe(undefined);
});

test('groups of letters that were drawn by lot are a code, and words with hyphens are not', async () => {
  const mail = (line: string): Promise<Message> =>
    readMail({
      subject: `Your login code`,
      text: `The code below is valid for ten minutes.\n\n${line}\n\nPaste it into the page.`,
    });
  expect(codeOf(await mail('hqxt-wmzk-pdvb'))).toBe('hqxt-wmzk-pdvb');
  expect(codeOf(await mail('step-from-here'))).toBe(undefined);
});

test('an SMS for the Retriever API has its only number as the code', async () => {
  expect(codeOf(await readSms('<#> 5436 ccvasdwSk'))).toBe('5436');
  expect(codeOf(await readSms('5436 ccvasdwSk'))).toBe(undefined);
});

test('links that set up a second factor, or that have the name of an issue, are not followed', async () => {
  const html = (text: string): string =>
    `<p>Your account is ready.</p><a href="https://acme.example/go?view=form&id=8f14e45fceea">${text}</a>`;
  for (const text of [
    'Activate my two-factor authentication',
    'Enable 2FA',
    'acme/login#217',
    'acme/verify-email/pull',
  ])
    expect(linkOf(await readMail({ subject: 'Hello', html: html(text) })), text).toBe(undefined);
  expect(linkOf(await readMail({ subject: 'Hello', html: html('Activate my account') }))).toContain('/go?view=form');
});

test('a Persian "if this was you" asks to follow the link behind it', async () => {
  const link = 'https://acme.example/action-token?key=eyJhbGciOiJIUzUxMiJ9.x1';
  const text = `اگر این شما بودید، روی پیوند زیر کلیک کنید تا رمز عبور را بازنشانی کنید.\n\n${link}`;
  expect(linkOf(await readMail({ subject: 'بازنشانی رمز عبور', text }))).toBe(link);
});

for (const text of [
  'Wi-Fi guest password: maple-2093. Valid today.',
  'Das WLAN-Passwort lautet 20931177.',
  'Hotspot password: 20931177',
  'Meeting passcode: 209311',
])
  test(`the password of a network or a meeting is not a code: "${text}"`, async () => {
    expect(codeOf(await readSms(text))).toBe(undefined);
    const own = text
      .replace('WLAN-P', 'Einmalp')
      .replace(/Wi-Fi guest|Hotspot|Meeting/, 'Sign-in')
      .replace('maple-2093', '2093');
    expect(codeOf(await readSms(own))).toBeDefined();
  });

test('a Dutch control number is a code', async () => {
  expect(codeOf(await readSms('Uw controlegetal is 129-044. Vragen? Bel 088 462 2000'))).toBe('129044');
});
