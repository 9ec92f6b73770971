import fc from './property.ts';
import type { MailParts } from '../../src/message/message.ts';

/** Words and symbols that occur next to codes. */
export function word(): fc.Arbitrary<string> {
  return fc.constantFrom(
    ...['Your code is', 'code:', 'Enter', 'verification code', 'to sign in.', 'order no.', 'is your one-time password'],
    ...[
      'Ihr Bestätigungscode lautet',
      'votre code est',
      'su código es',
      'код:',
      '验证码',
      '認証コードは',
      '인증번호는',
    ],
    ...[
      'رمز التحقق',
      'کد',
      'ओटीपी',
      'รหัส',
      'mã xác nhận',
      '.',
      ':',
      '\n',
      '\n\n',
      '「',
      '】',
      'GmbH',
      'valid for',
      'G-',
    ],
    ...['https://acme.example/verify?token=1', 'https://acme.example/help', '@acme.example #', '$', '+1', '…'],
  );
}

/** A printed number in any script, with separators or letters. */
export function number(): fc.Arbitrary<string> {
  const zero = fc.constantFrom('0', '٠', '۰', '०', '০', '๐', '០', '０', '𝟎');
  const digits = fc.tuple(zero, fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 14 }));
  const gap = fc.constantFrom('', '', ' ', '-', '–', '\u00A0', '\u202F', '\u2060', '.', '/');
  return fc.oneof(
    digits.map(([zero, text]) =>
      text.replace(/\d/g, (digit) => String.fromCodePoint(zero.codePointAt(0)! + Number(digit))),
    ),
    fc.tuple(digits, gap, digits).map(([[, first], gap, [, second]]) => first + gap + second),
    fc.tuple(digits, gap).map(([[, text], gap]) => [...text].join(gap)),
    fc.string({ unit: fc.constantFrom(...'ABCDEFGHJKLMNPQRSTUVWXYZ23456789-'), minLength: 4, maxLength: 10 }),
  );
}

/** A number that a mail client does not show. */
export function hidden(number: string): fc.Arbitrary<string> {
  return fc.constantFrom(
    `<p style="display:none">Your code is ${number}</p>`,
    `<div hidden>Your code is ${number}</div>`,
    `<!-- Your code is ${number} -->`,
    `<style>#a::after{content:"Your code is ${number}"}</style>`,
    `<script>"Your code is ${number}"</script>`,
    `<img src="https://acme.example/${number}.png">`,
    `<p title="Your code is ${number}" data-code="${number}">Hello</p>`,
    `<span style="visibility:hidden">Your code is ${number}</span>`,
    `<span style="font-size:0">Your code is ${number}</span>`,
    `<template>Your code is ${number}</template>`,
  );
}

/** A piece of HTML, valid or broken. */
export function markup(): fc.Arbitrary<string> {
  const tag = fc.constantFrom(
    'div',
    'p',
    'b',
    'a',
    'td',
    'tr',
    'table',
    'style',
    'script',
    'br',
    'svg',
    '!--',
    '![CDATA[',
    '/',
  );
  return fc.oneof(
    word(),
    number(),
    hidden('80808080'),
    tag.map((name) => `<${name}>`),
    tag.map((name) => `</${name}>`),
    tag.map((name) => `<${name} href="https://acme.example/login" style="display:`),
    fc.constantFrom(
      '<',
      '>',
      '&',
      '&#',
      '&#x110000;',
      '&amp;',
      '&nbsp;',
      '"',
      "'",
      '<a href="javascript:1">',
      '<a href="http://[">',
    ),
  );
}

/** A mail made of words, numbers and HTML. */
export function mail(): fc.Arbitrary<MailParts> {
  const text = fc.array(fc.oneof(word(), number()), { minLength: 1, maxLength: 12 }).map((pieces) => pieces.join(' '));
  const html = fc
    .array(
      fc.tuple(
        fc.oneof(word(), number()),
        fc.constantFrom('p', 'td', 'b', 'span', 'h1', 'div', 'a href="https://acme.example/c"'),
      ),
      { minLength: 1, maxLength: 12 },
    )
    .map((pieces) => pieces.map(([text, tag]) => `<${tag}>${text}</${tag.split(' ')[0]}>`).join(''));
  const subject = fc.option(text, { nil: undefined });
  return fc.oneof(
    fc.record({ subject, plain: text }),
    fc.record({ subject, html }),
    fc.record({ subject, plain: text, html }),
  );
}
