import { expect, test } from '@playwright/test';
import { findCode } from '../../src/codes/find-code.ts';
import { readMail, readSms } from '../support/mail.ts';
import { expectThrown } from '../support/thrown.ts';

const ORIGIN = 'https://app.acme.example';

for (const [what, text] of Object.entries({
  'of the host': '123456 is your code.\n\n@app.acme.example #123456',
  'of its parent domain': '123456 is your code.\n\n@acme.example #123456',
  'of the host, among others': 'Your code.\n\n@app.acme.example #123456\n@shop.example #999999',
  'of no host': '123456 is your code.',
})) {
  test(`a code ${what} is found`, async () => {
    expect(findCode(await readSms(text), { origin: ORIGIN })).toBe('123456');
  });
}

for (const [what, text, bound] of [
  ['of another host', '123456 is your code.\n\n@evil.example #123456', 'evil.example'],
  [
    'of another host, which the text repeats',
    'Code: 123456\nYour code is 123456\n@evil.example #123456',
    'evil.example',
  ],
  ['of a host that only ends alike', 'Your code is 123456\n@me.example #123456', 'me.example'],
  ['of another port', 'Your code is 123456\n@app.acme.example:8443 #123456', 'app.acme.example:8443'],
] as const) {
  test(`a code ${what} is refused`, async () => {
    const message = await readSms(text);
    await expectThrown(
      () => findCode(message, { origin: ORIGIN }),
      'CODE_NOT_FOUND',
      `holds a code for ${bound}, and not for ${ORIGIN}`,
    );
    expect(findCode(message)).toBe('123456');
  });
}

test('a code that a header binds to another origin is refused, whatever the text says', async () => {
  const message = await readMail({
    headers: { 'OTP-Token': '"123456"; origin="https://evil.example"' },
    text: 'Your code is 123456.\n\n@app.acme.example #123456',
  });
  await expectThrown(() => findCode(message, { origin: ORIGIN }), 'CODE_NOT_FOUND', 'a code for https://evil.example');
  expect(findCode(message, { origin: 'https://evil.example' })).toBe('123456');
});
