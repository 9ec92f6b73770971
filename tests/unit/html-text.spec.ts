import { expect, test } from '@playwright/test';
import fc from '../support/property.ts';
import { readHtmlText } from '../../src/message/html-text.ts';

const CODE = '111222';

test.describe('invisible content is not read', () => {
  for (const hidden of [
    '<div style="display:none">999888</div>',
    '<div style="color:red; DISPLAY : NONE !important">999888</div>',
    '<span style="visibility:hidden">999888</span>',
    '<span style="opacity:0">999888</span>',
    '<span style="opacity: 0.0;">999888</span>',
    '<span style="font-size:0">999888</span>',
    '<div style="max-height:0px;overflow:hidden">999888</div>',
    '<p hidden>999888</p>',
    '<p hidden><b>not</b><br>even <i>this</i> 999888</p>',
    '<div style="display:none"><img src="x">999888</div>',
    '<head><title>999888</title><style>.c { color: #999888 }</style></head>',
    '<style>.c { color: #999888 }</style>',
    '<script>const code = "999888";</script>',
    '<template>999888</template>',
    '<!-- 999888 -->',
    '<img alt="999888" src="/999888.png">',
    '<a title="999888" data-code="999888"></a>',
  ]) {
    test(hidden, () => {
      for (const html of [
        `${hidden}<p>Code ${CODE}</p>`,
        `<p>Code ${CODE}</p>${hidden}`,
        `<div>Code ${hidden} ${CODE}</div>`,
      ]) {
        expect(readHtmlText(html).text).toContain(CODE);
        expect(readHtmlText(html).text).not.toContain('999888');
      }
    });
  }
});

test.describe('visible content is read', () => {
  for (const shown of [
    '<span style="opacity:0.9">111222</span>',
    '<span style="font-size:0.8em">111222</span>',
    '<span style="max-width:0.5em">111222</span>',
    '<span style="display:block;visibility:visible">111222</span>',
    '<span data-hidden="true">111222</span>',
    '<p>111222',
    '111222',
    '<b>111</b>222',
    '<b>1</b><b>1</b><b>1</b><b>2</b><b>2</b><b>2</b>',
    '111&#50;22',
    '111&#8203;222',
    '111<!-- -->222',
    '<table><tr><td>111222</table>',
  ]) {
    test(shown, () => {
      expect(readHtmlText(shown).text).toBe(CODE);
    });
  }
});

test.describe('content that is apart on the screen stays apart', () => {
  for (const [html, text] of [
    ['<table><tr><td>111</td><td>222</td></tr></table>', '111\t222'],
    ['<table><tr><th>Code</th><td>111222</td></tr><tr><th>Order</th><td>7</td></tr></table>', 'Code\t111222\nOrder\t7'],
    ['<p>111</p><p>222</p>', '111\n222'],
    ['111<br>222', '111\n222'],
    ['<div>one<div>two</div>three</div>', 'one\ntwo\nthree'],
    ['<p>one   two\n three</p>', 'one two three'],
    ['a&nbsp;&amp;&nbsp;b &lt;c&gt; &copy; &eacute; &#x41;', 'a & b <c> © é A'],
    ['veri&shy;fication code', 'verification code'],
  ] as const) {
    test(html.replace('\n', ' '), () => {
      expect(readHtmlText(html).text).toBe(text);
    });
  }
});

test.describe('of generated HTML', () => {
  /** A piece of HTML, with its visible and its hidden words. */
  interface Piece {
    readonly html: string;
    readonly shown: readonly string[];
    readonly hidden: readonly string[];
  }
  const join = (pieces: readonly Piece[]): Piece => ({
    html: pieces.map(({ html }) => html).join(' '),
    shown: pieces.flatMap(({ shown }) => shown),
    hidden: pieces.flatMap(({ hidden }) => hidden),
  });
  const word = fc.stringMatching(/^[a-z]{6,12}$/).map((text): Piece => ({ html: text, shown: [text], hidden: [] }));
  const tags = fc.constantFrom('p', 'div', 'b', 'span', 'h1', 'li', 'section', 'center', 'font');
  const { piece } = fc.letrec<{ piece: Piece }>((tie) => ({
    piece: fc.oneof(
      { maxDepth: 5, withCrossShrink: true },
      word,
      fc
        .tuple(tags, fc.array(tie('piece'), { maxLength: 5 }).map(join))
        .map(([tag, inner]): Piece => ({ ...inner, html: `<${tag}>${inner.html}</${tag}>` })),
      fc
        .tuple(fc.constantFrom(' hidden', ' style="display:none"', ' style="visibility: hidden"'), tie('piece'))
        .map(([how, inner]): Piece => ({
          html: `<div${how}>${inner.html}</div>`,
          shown: [],
          hidden: [...inner.shown, ...inner.hidden],
        })),
    ),
  }));

  test('every visible word is read, and no hidden one', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }).map(join), ({ html, shown, hidden }) => {
        const words = readHtmlText(html).text.split(/\s+/).filter(Boolean);
        expect(words.toSorted()).toEqual(shown.toSorted());
        for (const one of hidden) if (!shown.includes(one)) expect(words).not.toContain(one);
      }),
    );
  });
});

test('no content makes it throw', () => {
  const scraps = fc.constantFrom(
    '<',
    '>',
    '</',
    '<a href="',
    '"',
    "'",
    '<!--',
    '-->',
    '<![CDATA[',
    '&',
    '&#',
    ';',
    '<td',
    '<svg>',
    '</p>',
    '<script',
    ' ',
    '\0',
  );
  const soup = fc.array(fc.oneof(scraps, fc.string()), { maxLength: 40 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(soup, fc.string({ unit: 'binary' })), (html) => {
      const { text, links } = readHtmlText(html);
      expect(typeof text).toBe('string');
      expect(Array.isArray(links)).toBe(true);
    }),
  );
});
