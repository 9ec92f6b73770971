import { expect, test } from '@playwright/test';
import { readHtmlText } from '../../src/message/html-text.ts';
import { cpuTime } from '../support/cpu-time.ts';

// The time to read a mail is linear in its size, even if the mail is hostile or broken.
const SMALL = 256 * 1024;
const TIMES = 4;
/** Largest factor allowed. Quadratic time would be 16. */
const ALLOWED = 10;
/** Measurement error, in milliseconds. */
const NOISE = 60;

for (const [name, piece] of Object.entries({
  'an ordinary mail': '<table><tr><td style="padding:8px"><p>Your code is <b>123456</b>.</p></td></tr></table>\n',
  'paragraphs that never end': '<p>',
  'elements within elements': '<div><div><div>x</div></div></div>',
  'links that never end': '<a href="https://acme.example/">x',
  'ends of nothing': '</p></div>',
  'hidden paragraphs that never end': '<p hidden>',
  'blanks that are entities': '&nbsp;',
  'blanks that are elements': '<b> </b>',
  'cells of blanks': '<td> </td>&nbsp;&nbsp;&nbsp;&nbsp;',
  'zero-width padding': '&zwnj;&nbsp;',
  'comments that never end': '<!-- ',
  'less-than signs': '<',
  ampersands: '&#',
  'one long word': 'x',
} satisfies Record<string, string>)) {
  test(`${name}: 1 MB takes about four times as long as 256 kB`, async () => {
    await expectLinear((size) => piece.repeat(Math.ceil(size / piece.length)));
  });
}

for (const [name, style] of Object.entries({
  digits: '0',
  blanks: ' ',
  semicolons: '; ',
  beginnings: 'display ',
} satisfies Record<string, string>)) {
  test(`a style of a long run of ${name} takes about four times as long`, async () => {
    await expectLinear((size) => `<p style="opacity:${style.repeat(size / style.length)}1">x</p>`);
  });
}

async function expectLinear(make: (size: number) => string): Promise<void> {
  const small = await quickest(make(SMALL));
  const large = await quickest(make(TIMES * SMALL));
  expect(large).toBeLessThan(ALLOWED * small + NOISE);
}

async function quickest(html: string): Promise<number> {
  const runs: number[] = [];
  for (let run = 0; run < 3; run++) runs.push(await cpuTime(() => readHtmlText(html)));
  return Math.min(...runs);
}
