import { expect, test } from '@playwright/test';
import { readPlainHtml } from '../../src/message/fast-html.ts';
import { parseVisible, readHtmlText } from '../../src/message/html-text.ts';
import { warmUp } from '../../src/codes/warm-up.ts';
import fc from '../support/property.ts';
import { hidden, markup, number, word } from '../support/arbitrary-mail.ts';

const RUNS = { numRuns: 500 };
const NOBODY = { open() {}, close() {}, words() {} };

test.describe('HTML is read like the general parser does it', () => {
  for (const [name, html] of Object.entries({
    'whole pages': page(),
    'whole pages with a fault': fc
      .tuple(page(), fault(), fc.nat())
      .map(
        ([html, piece, place]) => html.slice(0, place % (html.length + 1)) + piece + html.slice(place % html.length),
      ),
    'heaps of tags': fc.array(markup(), { maxLength: 40 }).map((pieces) => pieces.join('')),
  })) {
    test(name, () => {
      fc.assert(
        fc.property(html, (text) => {
          const [ours, theirs] = [readHtmlText(text), parseVisible(text)];
          expect(ours.text).toBe(theirs.text);
          expect(ours.links).toEqual(theirs.links);
        }),
        RUNS,
      );
    });
  }

  test('whole pages need no general parser', () => {
    fc.assert(
      fc.property(page(), (html) => expect(readPlainHtml(html, NOBODY)).toBe(true)),
      RUNS,
    );
  });
});

test('the mail that warms a worker up is read', () => {
  expect(warmUp()).toBe('482913');
});

/** A page as mail templates make it. */
function page(): fc.Arbitrary<string> {
  const { node } = fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 5 },
      leaf(),
      element(fc.array(tie('node'), { maxLength: 4 }).map((nodes) => nodes.join(''))),
    ),
  }));
  return fc
    .tuple(head(), node)
    .map(([head, body]) => `<!DOCTYPE html>\n<html><head>${head}</head><body>${body}</body></html>`);
}

function head(): fc.Arbitrary<string> {
  return fc.constantFrom(
    '',
    '<meta charset="utf-8"><title>Your code &amp; you</title>',
    '<style type="text/css">a > b { color: red } /* <p> */</style>',
    '<!--[if mso]><xml><o:p>96</o:p></xml><![endif]-->',
  );
}

function leaf(): fc.Arbitrary<string> {
  return fc.oneof(
    word().map(escaped),
    number(),
    hidden('80808080').filter((text) => !/<(?:script|template)/.test(text)),
    fc.constantFrom(
      '&nbsp;',
      'R&amp;D',
      '&#8203;',
      '&#x1f511;',
      '&copy; 2026',
      'Tom & Ann',
      '<br>',
      '<br/>',
      '<hr />',
      ' \n\t ',
    ),
    fc.constantFrom('<img src="https://acme.example/a.png" alt="Acme">', "<img src='a.png'/>", '<!-- nothing -->'),
  );
}

function element(content: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const style = fc.constantFrom(
    '',
    ' style="display:none"',
    ' class=x',
    " style='color:#123456'",
    ' hidden',
    ' align="center" ',
  );
  const href = fc.constantFrom(
    'https://acme.example/v?a=1&b=2',
    'https://acme.example/?t=1&amp;copy=2',
    '#',
    'mailto:a@b.example',
  );
  return fc.oneof(
    fc.tuple(fc.constantFrom('div', 'span', 'b', 'center', 'section'), style, content).map(wrapped),
    fc.tuple(href, content).map(([href, content]) => `<a href="${href}">${content}</a>`),
    fc
      .tuple(style, content)
      .map(
        ([style, content]) => `<table${style}><tbody><tr><td${style}>${content}</td><td>1</td></tr></tbody></table>`,
      ),
    fc.tuple(fc.constantFrom('h1', 'p', 'li'), style, word().map(escaped)).map(wrapped),
  );
}

function wrapped([name, attributes, content]: [string, string, string]): string {
  return `<${name}${attributes}>${content}</${name.toUpperCase()}>`;
}

function escaped(text: string): string {
  return text.replace(/</g, '&lt;');
}

function fault(): fc.Arbitrary<string> {
  return fc.constantFrom(
    ...[
      '<p>',
      '</p>',
      '</td>',
      '<td>',
      '<tr>',
      '<li>',
      '<',
      '>',
      '&',
      '&bogus;',
      '&copy',
      '&#0;',
      '&#x80;',
      '&#xd800;',
      '"',
    ],
    ...[
      '<br></br>',
      '<a href=x>',
      '<a href="1" href="2">',
      '<b/>',
      '<title>',
      '<style>',
      '<!-->',
      '<!--a--!>b-->',
      '<![CDATA[1]]>',
    ],
    ...[
      '<?xml?>',
      '</ p>',
      '<svg><a>',
      '<div\n>',
      '</div >',
      '<img alt="a>b">',
      '<a\u00a0href=1>',
      '<div style="display:none">',
      "<p title='",
    ],
  );
}
