import { expect, test } from '@playwright/test';
import { redactionOf } from '../support/redaction.ts';

const { text, redactor } = redactionOf({ code: '482913', word: 'ab12cd' });

for (const [what, kind, given, clean] of [
  ['a form', 'text', 'd0=4&d1=8&d2=2&d3=9&d4=1&d5=3', 'd0=•&d1=•&d2=•&d3=•&d4=•&d5=•'],
  ['a form with indexes', 'text', 'a=x&d[0]=4&d[1]=8&d[2]=2&d[3]=9&d[4]=1&d[5]=3', /^a=x&d\[0\]=•&.*d\[5\]=•$/],
  ['a form with letters', 'text', 'c=a&c=b&c=1&c=2&c=c&c=d', 'c=•&c=•&c=•&c=•&c=•&c=•'],
  ['characters of a list', 'json', '["4","8","2","9","1","3"]', '["•","•","•","•","•","•"]'],
  ['an indented list', 'json', '["4", "8", "2", "9", "1", "3"]', '["•", "•", "•", "•", "•", "•"]'],
  [
    'a list in a string',
    'json',
    JSON.stringify({ a: '["4","8","2","9","1","3"]' }),
    JSON.stringify({ a: '["•","•","•","•","•","•"]' }),
  ],
  ['numbers of a list', 'json', '{"code":[4,8,2,9,1,3]}', '{"code":[0,0,0,0,0,0]}'],
  ['members', 'json', '{"d0":"4","d1":"8","d2":"2","d3":"9","d4":"1","d5":"3"}', /^\{"d0":"•",.*"d5":"•"\}$/],
  [
    'a span for each digit',
    'text',
    [...'482913'].map((one) => `<span class="d">${one}</span>`).join(''),
    /^(?:<span class="d">•<\/span>){6}$/,
  ],
] as const) {
  test(`a code is masked in ${what}`, () => {
    const shown = text.redactWhole(Buffer.from(given), kind).toString();
    if (typeof clean === 'string') expect(shown).toBe(clean);
    else expect(shown).toMatch(clean);
  });
}

test('a code is masked in a request of a trace', () => {
  const fields = [...'482913'].map((value, index) => ({ name: `d${index}`, value }));
  const body = fields.map(({ name, value }) => `${name}=${value}`).join('&');
  const line = JSON.stringify({ request: { postData: { text: body, params: fields } } });
  const { request } = JSON.parse(text.redactWhole(Buffer.from(line), 'json-lines').toString()) as {
    request: { postData: { text: string; params: { name: string; value: string }[] } };
  };
  expect(request.postData.text).toBe('d0=•&d1=•&d2=•&d3=•&d4=•&d5=•');
  expect(request.postData.params.map(({ value }) => value).join('')).toBe('••••••');
});

for (const other of [
  'd0=4&d1=8&d2=2&d3=9&d4=1&d5=4',
  '[4,8,2,9,1]',
  'a=4, it is 8 and 2',
  // The digits of a code in its order, too far from each other for one field each.
  [...'482913'].map((one) => `<td>${one}</td>`).join('x'.repeat(81)),
]) {
  test(`other characters stay: ${other.slice(0, 40)}`, () => {
    expect(text.redactWhole(Buffer.from(other), 'text').toString()).toBe(other);
  });
}

test('a code is masked in the diff of an assertion, before a reporter writes it', () => {
  const diff = [...'482913'].map((digit) => `\u001b[31m+   "${digit}",\u001b[39m`).join('\n');
  const shown = redactor.text(`Error: expect(received).toEqual(expected)\n  Array [\n${diff}\n  ]`);
  expect(shown.match(/"•"/g)).toHaveLength(6);
  expect(redactor.text('1 of 6 items, 2 of 6 pages')).toBe('1 of 6 items, 2 of 6 pages');
});
