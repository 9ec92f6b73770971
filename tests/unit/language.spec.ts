import { expect, test } from '@playwright/test';
import { Matcher } from '../../src/language/matcher.ts';
import { normalize } from '../../src/language/normalize.ts';
import { type Meaning, says } from '../../src/language/page/index.ts';

test('case and accents do not count', () => {
  expect(normalize('Código')).toBe('codigo');
  expect(normalize('Verificação')).toBe('verificacao');
  expect(normalize('KIMLIĞI')).toBe('kimligi');
  expect(normalize('DOĞRULA')).toBe('dogrula');
});

test.describe('a matcher', () => {
  const matcher = new Matcher(
    [{ code: 'codigo de verificacao, otp, *kod, sifre*, 인증 코드, رمز', other: 'kod* pocztow*, 코드' }],
    { letters: String.raw`\p{L}\p{M}` },
  );

  for (const [text, found] of [
    ['  Código—DE\u00a0Verificação! ', ['code Código—DE\u00a0Verificação']],
    ['OTP 482913', ['code OTP']],
    ['Engangskod', ['code Engangskod']],
    ['Xkod', []],
    ['ŞİFRENİZ', ['code ŞİFRENİZ']],
    ['kodu pocztowego', ['other kodu pocztowego']],
    ['카카오인증코드는', ['code 인증코드', 'other 코드']],
    ['والرمز', ['code والرمز']],
  ] as const) {
    test(`finds the words of "${text.trim()}" at their places`, () => {
      const matches = matcher.find(text);
      expect(matches.map(({ meaning, start, end }) => `${meaning} ${text.slice(start, end)}`)).toEqual(found);
    });
  }

  test('reads letters of another width where places do not matter', () => {
    expect([...matcher.meaningsOf('ＯＴＰ')]).toEqual(['code']);
  });

  test('returns the letters before a listed word', () => {
    expect(matcher.find('Engangskod')).toMatchObject([{ isExact: false, stem: 'engangs' }]);
  });
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
