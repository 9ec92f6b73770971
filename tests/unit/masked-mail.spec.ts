import { expect, test } from '@playwright/test';
import { describeReading } from '../../src/codes/describe-reading.ts';
import { maskedMail } from '../../src/codes/masked-mail.ts';
import { messageOf, parseMail } from '../../src/message/decode.ts';
import type { Envelope, MailParts } from '../../src/message/message.ts';

const ENVELOPE: Envelope = {
  ...{ kind: 'email', id: '1', seq: 1, from: 'a@acme.example', to: ['alice@persona.test'], receivedAt: 0, size: 1 },
};

function read(parts: MailParts): ReturnType<typeof messageOf> {
  return messageOf(ENVELOPE, parts);
}

for (const [where, code, parts] of [
  ['the subject', '482913', { subject: '482913 is your code', plain: 'Hello' }],
  ['the text', '482913', { plain: 'Your code is 482913.' }],
  ['the HTML', '482913', { html: '<p>Your code is <b>482913</b></p>' }],
  ['entities', '482913', { html: '<p>Your code is &#52;&#56;2913</p>' }],
  ['an attribute', '482913', { html: '<p title="482913" data-code="482913">Your code</p><img alt="482913">' }],
  ['a code of letters', 'XKQPWZ', { html: '<p>Your verification code is:</p><p>XKQPWZ</p>' }],
  ['a link', 'abcdefghijk', { html: '<a href="https://acme.example/verify?token=abcdefghijk">Sign in</a>' }],
  ['a link of an app', 'abcdefghijk', { html: '<a href="acme://verify/abcdefghijk">Sign in</a>' }],
  ['a link in a text', 'abcdefghijk', { plain: 'Sign in: https://acme.example/verify?token=abcdefghijk' }],
  [
    'a style',
    'abcdefghijk',
    { html: '<style>p { background: url(https://acme.example/abcdefghijk) }</style><p>Hi</p>' },
  ],
  ['a script', 'abcdefghijk', { html: '<script>const token = "abcdefghijk"</script><p>Hi</p>' }],
  ['a comment', '482913', { html: '<p>Hi</p><!-- 482913 -->' }],
  ['a header', '482913', { plain: 'Hi', headers: { 'otp-token': '482913' } }],
  ['an encoded header', 'NDgyOTEz', { plain: 'Hi', headers: { 'x-code': '=?utf-8?B?NDgyOTEz?=' } }],
] as const) {
  test(`the copy of a mail shows no code: ${where}`, () => {
    const copy = maskedMail(read(parts)).replace(/&#(\d+);/g, (_, number) => String.fromCharCode(Number(number)));
    expect(copy).not.toContain(code);
    expect(copy.replace(/<[^>]*>/g, '')).not.toContain(code);
  });
}

test('a box for each digit shows none of them', () => {
  const boxes = [...'482913'].map((digit) => `<td>${digit}</td>`).join('');
  expect(maskedMail(read({ html: `<p>Your code is</p><table><tr>${boxes}</tr></table>` }))).not.toMatch(/<td>\d/);
});

test('the copy is a mail that a parser reads, with its words, form and hosts', async () => {
  const html =
    '<h1 style="color:red">Welcome</h1><p>Your code is 482913.</p><a href="https://acme.example/v?t=1">Go</a>';
  const mail = read({
    subject: 'Grüße: your code 482913',
    from: 'a@acme.example',
    plain: 'Your code is 482913.',
    html,
  });
  const copy = await parseMail(Buffer.from(maskedMail(mail)));
  expect(copy.subject).toBe('Grüße: your code 4••••3');
  expect(copy.from).toBe('a@acme.example');
  expect(copy.plain?.trim()).toBe('Your code is 4••••3.');
  expect(copy.html).toContain('<h1 style="color:red">Welcome</h1>');
  expect(copy.html).toContain('href="https://acme.example…"');
});

test('a header cannot add others, and a long part is cut', () => {
  const copy = maskedMail(read({ subject: 'a\r\nX-Evil: yes', plain: 'word '.repeat(100_000) }));
  expect(copy).not.toMatch(/^X-Evil/m);
  expect(copy.length).toBeLessThan(300_000);
  expect(copy).toContain('parts are cut at 262144 characters');
});

test('the reading names the code and the link with the evidence, and shows neither', () => {
  const mail = read({
    plain: 'Your verification code is 482913. Order 20774 is on its way.',
    html: '<p>Your verification code is 482913.</p><a href="https://acme.example/verify?token=abcdefghijk">Verify your address</a>',
  });
  const lines = describeReading(mail);
  expect(lines[0]).toBe('Code: 4••••3');
  expect(lines.join('\n')).toMatch(/- 4••••3 in the html, score \d+\.\d: \+\d+ /);
  expect(lines.join('\n')).toContain('Link: to acme.example');
  expect(lines.join('\n')).not.toMatch(/482913|abcdefghijk/);
});

test('the reading says why nothing was read, and takes the form that was waited for', () => {
  expect(describeReading(read({ plain: 'Nice to have you.' }))[0]).toMatch(/^Code: none\. .*nothing that reads like/);
  expect(describeReading(read({ plain: 'PIN: ABC-XYZ' }), { pattern: /PIN: (\S+)/ })[0]).toBe('Code: A•••••Z');
});
