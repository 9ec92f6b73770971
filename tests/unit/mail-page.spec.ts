import { expect, test } from '@playwright/test';
import { readMailFiles } from '../../src/message/mail-files.ts';
import { type MailPageOptions, renderMailPage } from '../../src/message/mail-page.ts';
import { composeMail, readMail, readRaw, readSms } from '../support/mail.ts';

/** Returns the body of the page of a mail. */
async function bodyOf(html: string, options: MailPageOptions = {}): Promise<string> {
  const page = renderMailPage(await readMail({ html }), options);
  return /<body[^>]*>(.*)<\/body>/s.exec(page.html)?.[1]?.trim() ?? '';
}

for (const [what, html, cleaned] of [
  ['a script', '<p>a</p><script>x()</script>', '<p>a</p>'],
  ['a handler', '<p onclick="x()" class="b">a</p>', '<p class="b">a</p>'],
  ['an SVG', '<svg><script>x()</script><image href="https://x.example/"/></svg>a', 'a'],
  ['a frame', '<iframe srcdoc="<script>x()</script>"></iframe>a', 'a'],
  ['a redirect', '<meta http-equiv="refresh" content="0;url=https://x.example">a', 'a'],
  ['a base', '<base href="https://x.example">a', 'a'],
  ['a style sheet elsewhere', '<link rel="stylesheet" href="https://x.example/x.css">a', 'a'],
  ['an imported style sheet', '<style>@import "https://x.example/x.css";p{top:0}</style>a', '<style>p{top:0}</style>a'],
  [
    'a picture in CSS',
    '<p style="background:url( https://x.example/x.png )">a</p>',
    '<p style="background:none">a</p>',
  ],
  ['the end of a style', '<style>p{content:"<b>"}</style>a', '<style>p{content:"\\3c b>"}</style>a'],
  ['a link to a script', '<a href=" javascript:x()">a</a>', '<a>a</a>'],
  ['a link to a page of data', '<a href="data:text/html,x">a</a>', '<a>a</a>'],
  [
    'the window of a link',
    '<a href="https://x.example/?a=1&amp;b" target="_top">a</a>',
    '<a href="https://x.example/?a=1&#38;b" rel="noreferrer">a</a>',
  ],
  [
    'the target of a form',
    '<form action="https://x.example"><button formaction="https://x.example">a</button></form>',
    '<button>a</button>',
  ],
  ['a picture elsewhere', '<img src="https://x.example/x.png" alt="a">', '<img alt="a">'],
  ['a picture without a scheme', '<img src="//x.example/x.png" srcset="//x.example/y.png 2x">', '<img>'],
  ['an element with an odd name', '<a<b x>a</a<b>', 'a'],
  [
    'an attribute with quotes',
    `<p title='"><script>x()</script>'>a</p>`,
    '<p title="&#34;&#62;&#60;script&#62;x()&#60;/script&#62;">a</p>',
  ],
  ['markup in an element without markup', '<noscript><p title="</noscript><img src=x onerror=x()>">', ''],
] as const) {
  test(`${what} is left out of a page, and what is around it stays`, async () => {
    expect(await bodyOf(html)).toBe(cleaned);
  });
}

test('the policy of a page lets nothing run, load, frame or submit', async () => {
  const message = await readMail({ html: '<p>a</p>' });
  expect(renderMailPage(message).policy).toBe(
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'",
  );
  expect(renderMailPage(message, { remoteImages: true }).policy).toContain('img-src data: http: https:;');
});

test('pictures elsewhere stay on request, and are told of in any case', async () => {
  const html = '<img src="//x.example/x.png"><p style="background:url(https://x.example/y.png)">a</p>';
  expect(await bodyOf(html, { remoteImages: true })).toBe(
    '<img src="https://x.example/x.png"><p style="background:url(https://x.example/y.png)">a</p>',
  );
  expect(renderMailPage(await readMail({ html })).isRemote).toBe(true);
  expect(renderMailPage(await readMail({ html: '<p>a</p><img src="data:image/gif;base64,R0lG">' })).isRemote).toBe(
    false,
  );
});

test('pictures of the mail itself are shown, and no other files', async () => {
  const raw = await composeMail({
    html: '<img src="cid:logo%40acme"><img src="cid:page"><img src="cid:missing">',
    attachments: [
      { cid: 'logo@acme', filename: 'logo.png', content: Buffer.from('PNG'), contentType: 'image/png' },
      { cid: 'page', filename: 'page.html', content: '<script>', contentType: 'text/html' },
    ],
  });
  const files = await readMailFiles(raw);
  expect(files.map(({ name, type, contentId }) => [name, type, contentId])).toEqual([
    ['logo.png', 'image/png', 'logo@acme'],
    ['page.html', 'text/html', 'page'],
  ]);
  const { html } = renderMailPage(await readRaw(raw), { files });
  expect(html).toContain(`<img src="data:image/png;base64,${Buffer.from('PNG').toString('base64')}"><img><img>`);
});

test('the names of files end no path and no header', async () => {
  const raw = await composeMail({
    attachments: [
      { filename: '../../a"\u202Egnp.exe', content: 'x' },
      { filename: '', content: 'y' },
    ],
  });
  expect((await readMailFiles(raw)).map(({ name }) => name)).toEqual(['.. .. a  gnp.exe', expect.stringMatching(/\w/)]);
});

test('a text is shown as it is, with its links', async () => {
  const { html } = renderMailPage(
    await readMail({ subject: '<b>', text: '<b> https://x.example/?a=1&b javascript:x()' }),
  );
  expect(html).toContain('<title>&#60;b&#62;</title>');
  expect(html).toContain(
    '<pre>&#60;b&#62; <a href="https://x.example/?a=1&#38;b" rel="noreferrer">https://x.example/?a=1&#38;b</a> javascript:x()',
  );
  expect(renderMailPage(await readSms('Your code is 482913.')).html).toContain('<pre>Your code is 482913.</pre>');
});
