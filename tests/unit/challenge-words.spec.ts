import { expect, test } from '@playwright/test';
import { type Meaning, normalise, says } from '../../src/language/page/index.ts';

test('case, accents, width and punctuation are ignored', () => {
  expect(normalise('  Código—DE\u00a0Verificação! ')).toBe(' codigo de verificacao ');
  expect(normalise('ＯＴＰ')).toBe(' otp ');
  expect(normalise('KIMLIĞI DOĞRULA')).toBe(' kimligi dogrula ');
});

const SAID: readonly (readonly [text: string, meaning: Meaning])[] = [
  ['One-time code', 'code'],
  ['Sicherheitscode', 'code'],
  ['請輸入驗證碼', 'code'],
  ['인증번호를 입력하세요', 'code'],
  ['הקוד', 'code'],
  ['بالرمز', 'code'],
  ['Don’t ask again on this computer', 'trust'],
  ['Didn’t receive it?', 'resend'],
];

for (const [text, meaning] of SAID) {
  test(`"${text}" means ${meaning}`, () => {
    expect(says(text, meaning)).toBe(true);
  });
}

const NOT_SAID: readonly (readonly [text: string, meaning: Meaning])[] = [
  ['A decoder', 'code'],
  ['Last step', 'locked'],
  ['This code will expire in ten minutes', 'expired'],
  ['Don’t have an account?', 'otherWay'],
  ['', 'code'],
];

for (const [text, meaning] of NOT_SAID) {
  test(`"${text}" does not mean ${meaning}`, () => {
    expect(says(text, meaning)).toBe(false);
  });
}
