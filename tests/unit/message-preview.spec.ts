import { expect, test } from '@playwright/test';
import { messageOf } from '../../src/message/decode.ts';
import type { Envelope } from '../../src/message/message.ts';
import { renderPreview } from '../../src/codes/message-preview.ts';

const ENVELOPE: Envelope = {
  ...{ kind: 'email', id: '1', seq: 1, from: 'a@acme.example', to: ['alice@persona.test'], receivedAt: 0, size: 1 },
};

test.describe('the preview of a message shows no code', () => {
  for (const [name, code, parts] of [
    ['in the subject', '482913', { subject: '482913 is your code', plain: 'Hello' }],
    ['in the text', '482913', { plain: 'Your code is 482913.' }],
    ['in the HTML', '482913', { html: '<p>Your code is <b>482913</b></p>' }],
    [
      'in a box for each digit',
      '482913',
      { html: `<p>Your code is</p><tr>${[...'482913'].map((d) => `<td>${d}</td>`).join('')}</tr>` },
    ],
    ['as an entity', '482913', { html: '<p>Your code is &#52;&#56;2913</p>' }],
    ['with letters', 'K7Q-2M9', { html: '<p>Your code is: K7Q-2M9</p>' }],
    ['of letters', 'XKQPWZ', { html: '<p>Your verification code is:</p><p>XKQPWZ</p>' }],
    [
      'of letters in boxes',
      'XKQPWZ',
      {
        plain: 'Your verification code is: XKQPWZ',
        html: `<p>Your verification code is: XKQPWZ</p>${[...'XKQPWZ'].map((d) => `<td>${d}</td>`).join('')}`,
      },
    ],
    ['in other digits', '٤٨٢٩١٣', { plain: 'رمز التحقق: ٤٨٢٩١٣' }],
    ['in an address', 'abcdefghijk', { plain: 'Sign in: https://acme.example/verify?token=abcdefghijk' }],
    ['in a link', 'abcdefghijk', { html: '<a href="https://acme.example/verify?token=abcdefghijk">Sign in</a>' }],
    [
      'in an attribute',
      '482913',
      { html: '<p title="482913" data-code="482913">Your code</p><img alt="482913" src="cid:482913">' },
    ],
  ] as const) {
    test(name, () => {
      const page = renderPreview(messageOf(ENVELOPE, parts));
      const shown = page
        .slice(page.indexOf('<body'))
        .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
      expect(shown.replace(/<[^>]*>|[\s-]/g, '')).not.toContain(code.replaceAll('-', ''));
      expect(shown).not.toContain(code);
    });
  }
});

test('the rest of the message is visible', () => {
  const page = renderPreview(
    messageOf(ENVELOPE, {
      subject: 'Sign in <now>',
      from: 'a@acme.example',
      html: '<h1 style="color:red">Welcome</h1>',
    }),
  );
  expect(page).toContain('<td>Sign in &#60;now&#62;</td>');
  expect(page).toContain('<h1 style="color:red">Welcome</h1>');
  expect(page).toContain('alice@persona.test');
});

test('it has no scripts, links or resources', () => {
  const html =
    '<script>alert(1)</script><iframe src="https://a.example"></iframe><img src="https://a.example/1.png" onerror="alert(1)">' +
    '<a href="javascript:alert(1)" onclick="x()">here</a><form action="https://a.example"><input value="x"></form>' +
    '<style>@import "https://a.example/a.css"; b { background: url(https://a.example) }</style></style><base href="https://a.example">' +
    '<svg><a href="https://a.example">x</a></svg><meta http-equiv="refresh" content="0;url=https://a.example"><b style="color:red">end</b>';
  const page = renderPreview(messageOf(ENVELOPE, { html }));
  const body = page.slice(page.indexOf('<body'));
  expect(body).not.toMatch(/script|iframe|src=|href=|on\w+=|action=|url\(|@import|<base|<svg|refresh/i);
  expect(body).toContain('<b style="color:red">end</b>');
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
});
