import { expect, test } from '@playwright/test';
import { redactionOf } from '../support/redaction.ts';

const { redactor, text } = redactionOf(
  { 'alice/session': 'session-of-alice-1' },
  { headers: ['X-Tenant-Key'], members: ['ssn', 'q'], harmlessCookies: ['theme'] },
);

const line = (value: unknown): unknown =>
  JSON.parse(text.redactWhole(Buffer.from(JSON.stringify(value)), 'json-lines').toString());

test.describe('JSON of a trace: masked by its name is', () => {
  for (const [what, given, clean] of [
    ['a header', { headers: [{ name: 'authorization', value: 'Bearer x' }] }, '[secret authorization]'],
    ['a header of HTTP/1', { headers: [{ name: 'Set-Cookie', value: 'a=1' }] }, '[secret Set-Cookie]'],
    ['a header as Node.js writes it', { headers: [{ name: 'X-Csrf-Token', value: 'x' }] }, '[secret X-Csrf-Token]'],
    ['a header of all requests', { extraHTTPHeaders: [{ name: 'X-Api-Key', value: 'x' }] }, '[secret X-Api-Key]'],
    ['a header as a member', { headers: { Cookie: 'a=1' } }, '[secret Cookie]'],
    ['a configured header', { headers: [{ name: 'x-tenant-key', value: 'x' }] }, '[secret x-tenant-key]'],
    ['a cookie', { cookies: [{ name: 'sid', value: 'x' }] }, '[secret cookie sid]'],
    ['a password', { user: { password: 'x' } }, '[secret password]'],
    ['a token', { access_token: 'x' }, '[secret access_token]'],
    ['a key of a passkey', { credential: { privateKey: 'x' } }, '[secret privateKey]'],
    ['a configured member', { SSN: 'x' }, '[secret SSN]'],
    ['a list', { ssn: ['x', 'xyz'] }, '{"ssn":["[secret ssn]","[secret ssn]"]}'],
    ['a number', { ssn: 4711 }, '{"ssn":0}'],
    [
      'an object',
      { ssn: { area: 'x', rest: [47, 'xyz'] } },
      '{"ssn":{"area":"[secret ssn]","rest":[0,"[secret ssn]"]}}',
    ],
    ['a member with a name of one letter', { q: 'x' }, '[secret q]'],
    ['a field of a form', { params: [{ name: 'refresh_token', value: 'x' }] }, '[secret refresh_token]'],
    ['a value in localStorage', { localStorage: [{ name: 'a', value: 'x'.repeat(16) }] }, '[secret a]'],
    ['a value in sessionStorage', { sessionStorage: [{ name: 'a', value: 'x'.repeat(16) }] }, '[secret a]'],
    ['a value in IndexedDB', { indexedDB: [{ stores: [{ a: 'x'.repeat(16) }] }] }, '[secret IndexedDB]'],
    ['a query parameter', { url: 'https://a.test/cb?a=2&access_token=xyz#y' }, '[secret access_token]'],
    ['a fragment', { url: 'https://a.test/cb#id_token=xyz' }, '[secret id_token]'],
    ['a JSON body', { postData: { text: '{"password":"xyz"}' } }, '[secret password]'],
    ['a form body', { postData: { text: 'password=xyz&b=1' } }, '[secret password]'],
  ] as const) {
    test(what, () => {
      const shown = JSON.stringify(line(given));
      expect(shown).toContain(clean);
      expect(shown).not.toMatch(/[^-\w](?:Bearer )?(?:x|xyz|x{16}|a=1)[^-\w]/);
    });
  }

  test('a list of cookies that begins with a known value', () => {
    const clean = line({ headers: [{ name: 'cookie', value: 'sid=session-of-alice-1; refresh=unknown-token' }] });
    expect(JSON.stringify(clean)).not.toContain('unknown-token');
    const bare = line({ headers: [{ name: 'cookie', value: 'session-of-alice-1; refresh=unknown-token' }] });
    expect(JSON.stringify(bare)).not.toContain('unknown-token');
  });

  test('a known value, which keeps its own label', () => {
    expect(line({ cookies: [{ name: 'sid', value: 'session-of-alice-1' }] })).toEqual({
      cookies: [{ name: 'sid', value: '[secret alice/session]' }],
    });
  });
});

test.describe('nothing is masked in', () => {
  for (const [what, given] of [
    ['a harmless cookie', { cookies: [{ name: 'theme', value: 'dark' }] }],
    ['other headers', { headers: [{ name: 'accept', value: '*/*' }], url: 'a?x=cookie' }],
    ['a short setting of a page', { localStorage: [{ name: 'theme', value: 'dark' }] }],
    ['an empty password', { password: '' }],
    ['a text that mentions a password', { title: 'Type the password', selector: 'input[name=password]' }],
  ] as const) {
    test(what, () => {
      expect(line(given)).toEqual(given);
    });
  }

  test('a line with a name but no secret, which keeps every byte', () => {
    const given = '{"password": "", "at":1.0,"id":12345678901234567890, "u":"\\u00fc","a":1e3}\r\n';
    for (const kind of ['json-lines', 'json', 'text'] as const)
      expect(text.redactWhole(Buffer.from(given), kind).toString()).toBe(given);
  });
});

test('an indented JSON file stays indented', () => {
  const given = `${JSON.stringify({ cookies: [{ name: 'sid', value: 'x' }], origins: [] }, undefined, 2)}\n`;
  expect(text.redactWhole(Buffer.from(given), 'json').toString()).toBe(given.replace('"x"', '"[secret cookie sid]"'));
});

test.describe('page snapshot: masked is', () => {
  const box = (value: string, more = {}): unknown => ['INPUT', { ...more, __playwright_value_: value }];
  const snapshot = (...fields: unknown[]): unknown => ({ type: 'frame-snapshot', html: ['BODY', {}, ...fields] });

  test('a password field', () => {
    const field = box('x', { type: 'password', name: 'pw', value: 'x' });
    expect(line(snapshot(field))).toEqual(
      snapshot(box('[secret field pw]', { type: 'password', name: 'pw', value: '[secret field pw]' })),
    );
  });

  test('a field that shows dots because of its style', () => {
    const style = 'color: red; -webkit-text-security: disc;';
    expect(line(snapshot(box('x', { style, id: 'code' })))).toEqual(
      snapshot(box('[secret field code]', { style, id: 'code' })),
    );
  });

  test('a code in one-character boxes, and no other value in them', () => {
    const { text } = redactionOf({ code: '482913' });
    const boxes = (code: string): Buffer =>
      Buffer.from(JSON.stringify(snapshot(...code.split('').map((digit) => box(digit)))));
    expect(text.redactWhole(boxes('482913'), 'json-lines').toString()).not.toMatch(/"\d"/);
    expect(text.redactWhole(boxes('482914'), 'json-lines')).toEqual(boxes('482914'));
  });

  test('a code in one-character boxes of an accessibility snapshot', () => {
    const boxes = '482913'
      .split('')
      .map((digit, index) => `  - textbox "Digit ${index + 1}" [ref=e${index}]: "${digit}"`);
    expect(redactor.text(boxes.join('\n'))).not.toMatch(/"\d"/);
    const few = boxes.slice(0, 3).join('\n');
    expect(redactor.text(few)).toBe(few);
  });
});

test.describe('log: masked is', () => {
  for (const [what, given, clean] of [
    ['a header', '  authorization: Bearer x', '  authorization: [secret authorization]'],
    ['a header in a call log', '  -   cookie: a=12', '  -   cookie: [secret cookie]'],
    ['a header in color', '\u001b[2m  -   cookie: a=12\u001b[22m', '\u001b[2m  -   cookie: [secret cookie]\u001b[22m'],
    [
      'a header with quotes in it',
      'authorization: Digest u="x", r="deadbeef"',
      'authorization: [secret authorization]',
    ],
    ['a header with a quoted value', 'cookie: "a=1; b=2"', 'cookie: "[secret cookie]"'],
    ['a header of an object', "  'set-cookie': 'a=\"12\"; Path=/',", "  'set-cookie': '[secret set-cookie]',"],
    ['a header of JSON', '  "Authorization": "Digest \\"x\\"",', '  "Authorization": "[secret Authorization]",'],
    ['a header before another line', 'Cookie: a=12\r\nHost: a', 'Cookie: [secret Cookie]\r\nHost: a'],
    ['a header that begins with a known value', 'cookie: session-of-alice-1; b=unknown', 'cookie: [secret cookie]'],
    ['a header that is a known value', 'cookie: session-of-alice-1', 'cookie: [secret alice/session]'],
    ['a parameter', 'GET /cb?access_token=x&a=1', 'GET /cb?access_token=[secret access_token]&a=1'],
    ['a parameter in HTML', '/cb?a=1&amp;id_token=x"', '/cb?a=1&amp;id_token=[secret id_token]"'],
    ['a parameter in JSON in a log', '{"u":"/?id_token=x"} at', '{"u":"/?id_token=[secret id_token]"} at'],
    [
      'a parameter in a string in JSON in a log',
      '"{\\"u\\":\\"/?id_token=x\\"}"',
      '"{\\"u\\":\\"/?id_token=[secret id_token]\\"}"',
    ],
    ['a parameter with a name of one letter', '/?q=x', '/?q=[secret q]'],
  ] as const) {
    test(what, () => {
      expect(redactor.text(given)).toBe(clean);
      expect(text.redactWhole(Buffer.from(given), 'text').toString()).toBe(clean);
      expect(redactor.text(clean)).toBe(clean);
    });
  }

  test('a header next to bytes that are not text, which stay', () => {
    const given = Buffer.concat([Buffer.from('cookie: a=12\n'), Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x0a])]);
    const clean = Buffer.concat([Buffer.from('cookie: [secret cookie]\n'), given.subarray(-5)]);
    expect(text.redactWhole(given, 'text').equals(clean)).toBe(true);
  });

  test('a header in a log that begins like JSON', () => {
    const clean = text.redactWhole(Buffer.from('[1/2] GET\n  cookie: a=12\n'), 'text');
    expect(clean.toString()).toBe('[1/2] GET\n  cookie: [secret cookie]\n');
  });
});
