import { expect, test } from '@playwright/test';
import { readHtmlText } from '../../src/message/html-text.ts';

const DIGITS = ['1', '1', '1', '2', '2', '2'];
const boxes = (open: string, close: string): string => DIGITS.map((digit) => `${open}${digit}${close}`).join('\n');

test.describe('a mail program shows', () => {
  for (const [name, html, text] of [
    [
      'words with a size in a section with a font of size 0',
      '<div style="font-size:0px"><table><tr><td style="font-size:0;padding:4px"><div style="font-size:14px">Code 111222</div></td></tr></table></div>',
      'Code 111222',
    ],
    ['a button that Outlook hides', '<a href="https://a.example/" style="mso-hide:all">Confirm</a>', 'Confirm'],
    ['blocks in a line', boxes('<div style="display:inline-block">', '</div>'), DIGITS.join('\t')],
    ['blocks that float', boxes('<div style="float:left;width:9px">', '</div>'), DIGITS.join('\t')],
    ['blocks that are cells', boxes('<div style="display:table-cell">', '</div>'), DIGITS.join('\t')],
    ['boxes of a flexible row', `<div style="display:flex">${boxes('<div>', '</div>')}</div>`, DIGITS.join('\t')],
    ['boxes of a flexible column', `<div style="display:flex;flex-direction:column"><p>1</p><p>2</p></div>`, '1\n2'],
    [
      'boxes in the columns of a grid',
      `<div style="display:grid;grid-template-columns:1fr 1fr 1fr 1fr 1fr 1fr">${boxes('<div>', '</div>')}</div>`,
      DIGITS.join('\t'),
    ],
    ['boxes of a grid without columns', '<div style="display:grid"><p>1</p><p>2</p></div>', '1\n2'],
    [
      'boxes that a class puts in a row',
      `<style>@media (max-width:9px) { .d { display:block } } .row, .x { display : inline-flex } .row > .d { width: 9px }</style><div class="row">${boxes('<div class="d">', '</div>')}</div>`,
      DIGITS.join('\t'),
    ],
    [
      'blocks within cells',
      `<table><tr>${boxes('<td><div><p>', '</p></div></td>')}</tr></table><p>more</p>`,
      `${DIGITS.join('\t')}\nmore`,
    ],
    [
      'cells with several lines one below the other',
      '<table><tr><td>left</td><td><p>Code</p><p>111222</p></td><td>right</td></tr></table>',
      'left\nCode\n111222\nright',
    ],
    ['a line that is set as a block', 'Code<span style="display:block">111222</span>now', 'Code\n111222\nnow'],
    ['blocks that are set in a line', '<div style="display:inline">111</div>222', '111222'],
    ['the lines of preformatted text', '<pre>Code:\n111222</pre>', 'Code:\n111222'],
    ['the lines that a style keeps', '<div style="white-space:pre-line">Code:\n111222</div>', 'Code:\n111222'],
    ['a line with a colored background', '<b style="background:#000;color:#fff;max-width:100%">111222</b>', '111222'],
    ['what a style shows again', '<style>.a { display: none }</style><p class="a" style="display:block">1</p>', '1'],
    ['a class that is hidden elsewhere', '<style>.foot .a { display: none }</style><p class="a">1</p>', '1'],
  ] as const) {
    test(name, () => {
      expect(readHtmlText(html).text).toBe(text);
    });
  }
});

test.describe('a mail program does not show', () => {
  for (const hidden of [
    '<s>999888</s>',
    '<del>999888</del>',
    '<strike>999888</strike>',
    '<span style="text-decoration: line-through">999888</span>',
    '<div style="height:0;overflow:hidden">999888</div>',
    '<div style="position:absolute;left:-9999px">999888</div>',
    '<div style="text-indent:-1000px">999888</div>',
    '<span style="font:0/0 a">999888</span>',
    '<div style="font-size:0"><p style="font-size:100%">999888</p></div>',
    '<style>.pre, p.pre { display:none !important }</style><p class="x pre">999888</p>',
    '<style>/* } */ #pre { max-height : 0 }</style><p id="pre">999888</p>',
  ]) {
    test(hidden, () => {
      expect(readHtmlText(`<p>Code</p>${hidden}<p>111222</p>`).text).toBe('Code\n111222');
    });
  }
});

test.describe('an older message', () => {
  const OLDER = '<p>Your code is 999888. <a href="https://a.example/old">Confirm</a></p>';
  const ATTRIBUTION = '<p>On 5 May 2026, Acme wrote:</p>';

  for (const [name, quote] of [
    ['in a quote', `${ATTRIBUTION}<blockquote type="cite">${OLDER}</blockquote>`],
    ['in a quote of Gmail', `<div class="gmail_quote">${ATTRIBUTION}<blockquote>${OLDER}</blockquote></div>`],
  ] as const) {
    test(`${name} is marked, and its links are not offered`, () => {
      const { text, links } = readHtmlText(`<p>New</p>${quote}`);
      expect(text).toContain('\n> Your code is 999888. Confirm');
      expect(links).toEqual([]);
    });
  }

  for (const [name, quote] of [
    ['Gmail', `<div class="gmail_quote">---------- Forwarded message ---------<br>${OLDER}</div>`],
    ['Apple Mail', `<p>Begin forwarded message:</p><blockquote type="cite">${OLDER}</blockquote>`],
  ] as const) {
    test(`that ${name} passes on is read like any other`, () => {
      const { text, links } = readHtmlText(quote);
      expect(text).not.toContain('>');
      expect(links).toHaveLength(1);
    });
  }
});

test.describe('the words around a link', () => {
  for (const [name, html, before, after] of [
    [
      'on a line of its own',
      '<p>Open this link:</p><p><a href="https://a.example/">here</a></p>',
      'Open this link:',
      '',
    ],
    [
      'in a sentence',
      '<p>Click <a href="https://a.example/">here</a> to sign in.</p><p>Bye</p>',
      'Click',
      'to sign in.',
    ],
    ['of a bare address', '<p>Open this link:</p><p>https://a.example/x</p>', 'Open this link:', ''],
  ] as const) {
    test(name, () => {
      expect(readHtmlText(html).links).toMatchObject([{ before, after }]);
    });
  }

  test('a bare address is a link, and the address that a link shows is not another', () => {
    const html = '<p>https://a.example/1</p><a href="https://t.example/2">https://a.example/2</a>';
    expect(
      readHtmlText(html)
        .links.map(({ href }) => href)
        .toSorted(),
    ).toEqual(['https://a.example/1', 'https://t.example/2']);
  });
});
