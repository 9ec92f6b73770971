import { expect, test } from '@playwright/test';
import { findBareLinks } from '../../src/message/bare-links.ts';
import fc from '../support/property.ts';

const hrefs = (text: string): string[] => findBareLinks(text, { limit: 9 }).map(({ href }) => href);

test.describe('an address ends where a person ends it', () => {
  const HREF = 'https://app.acme.example/verify/ab_c?token=a1B2-~%2F&x=1';
  for (const after of [
    ...['.', ',', ';', ':', '!', '?', '...', ')', '].', '>', '"', "'", '}', '|', '\\', '^', '`', '**', '*.', '<br>'],
    ...['。', '，', '、', '；', '：', '！', '？', '」', '』', '）', '】', '》', '〉', '．', '～', '·'],
    ...[
      '”',
      '’',
      '»',
      '›',
      '“',
      '„',
      '…',
      '–',
      '—',
      '‐',
      '−',
      '՝',
      '։',
      '؟',
      '،',
      '؛',
      '۔',
      '।',
      '॥',
      '།',
      '።',
      '។',
      '၊',
      '༎',
    ],
    ...['\u200b', '\u200e', '\u2060', '\ufeff', '\u00ad', '\u00a0', '\u3000', '\u2028', '\u202c', '👉', '→', '①', '™'],
    ...[
      'ＯＫ',
      'で確認',
      '请点击',
      '를 누르세요',
      'ที่นี่',
      'ကို',
      'នេះ',
      'ຢູ່ນີ້',
      '&gt;',
      '&quot; ok',
      '(valid for an hour',
      ',https://b.example/2',
    ],
  ]) {
    test(`before ${JSON.stringify(after)}`, () => {
      expect(hrefs(`Open ${HREF}${after}`)[0]).toBe(HREF);
    });
  }

  for (const [text, href] of [
    ['(see https://a.example/b_(c)).', 'https://a.example/b_(c)'],
    ['https://a.example/?ids[]=1&f[a][b]=2.', 'https://a.example/?ids[]=1&f[a][b]=2'],
    ['https://[2001:db8::1]:8080/v?t=1]', 'https://[2001:db8::1]:8080/v?t=1'],
    ["https://a.example/?name=O'Brien&token=1'", "https://a.example/?name=O'Brien&token=1"],
    ["https://a.example/b'yi", 'https://a.example/b'],
    ['_https://a.example/b_', 'https://a.example/b'],
    ['https://a.example/?t=ab_', 'https://a.example/?t=ab_'],
    ['*Confirm: https://a.example/b*', 'https://a.example/b'],
    ['https://a.example/?t=eyJh.eyJp.c2ln==', 'https://a.example/?t=eyJh.eyJp.c2ln=='],
    ['https://r.example/?u=https://a.example/b', 'https://r.example/?u=https://a.example/b'],
    ['https://müller.example/bestätigen/1', 'https://müller.example/bestätigen/1'],
    ['https://пример.example/подтвердить?к=1.', 'https://пример.example/подтвердить?к=1'],
    ['点击https://a.example/b，完成', 'https://a.example/b'],
    ['HTTPS://A.EXAMPLE/B', 'HTTPS://A.EXAMPLE/B'],
  ] as const) {
    test(text, () => {
      expect(hrefs(text)).toEqual([href]);
    });
  }

  for (const text of ['https://', 'https://.', 'https:// a', 'http:/a.example']) {
    test(`${text} is not an address`, () => {
      expect(hrefs(text)).toEqual([]);
    });
  }

  test('punctuation, symbols and invisible characters of every script end it', () => {
    const sign = fc
      .integer({ min: 0x80, max: 0x1ffff })
      .map((code) => String.fromCodePoint(code))
      .filter((character) => /[\p{P}\p{S}\p{Z}\p{Cf}]/u.test(character) && character !== '\ufffd');
    const address = fc.stringMatching(/^https:\/\/[a-z]{2,8}\.example\/[A-Za-z0-9/_-]{0,12}\?t=[A-Za-z0-9]{1,12}$/);
    fc.assert(
      fc.property(address, sign, fc.string({ unit: 'grapheme', maxLength: 12 }), (href, end, rest) => {
        expect(hrefs(`${href}${end}${rest}`)[0]).toBe(href);
      }),
      { numRuns: 2000 },
    );
  });
});

test.describe('the words of an address', () => {
  for (const [name, text, link] of [
    ['before angle brackets', 'Verify <https://a.example/b>', { text: 'Verify', before: '' }],
    ['before square brackets', 'Hello\nVerify [https://a.example/b]', { text: 'Verify', before: 'Hello' }],
    [
      'of Markdown',
      'Please [verify it](https://a.example/b) now',
      { text: 'verify it', before: 'Please', after: 'now' },
    ],
    ['of Markdown that repeats it', '[https://a.example/b](https://a.example/b)', { text: '', before: '' }],
    ['on the line above', 'Verify here:\n\nhttps://a.example/b\n', { text: '', before: 'Verify here:', after: '' }],
    ['behind it', 'Use https://a.example/b to sign in.', { text: '', before: 'Use', after: 'to sign in.' }],
  ] as const) {
    test(name, () => {
      expect(findBareLinks(text, { limit: 9 })).toMatchObject([{ href: 'https://a.example/b', ...link }]);
    });
  }
});

test('the time to find addresses is linear in the length of the text', () => {
  for (const piece of [
    'https://a.example/(',
    'https://a.example/[',
    "https://a.example/'",
    '[](https://a',
    'https://_',
    'a.b/',
  ]) {
    const time = (size: number): number => {
      const text = piece.repeat(size / piece.length);
      const begun = process.cpuUsage();
      findBareLinks(text, { limit: 300, withoutScheme: true });
      const { user, system } = process.cpuUsage(begun);
      return (user + system) / 1000;
    };
    time(50_000);
    expect(time(400_000), piece).toBeLessThan(10 * time(100_000) + 60);
  }
});
