import { expect, test } from '@playwright/test';
import { findCode } from '../../src/codes/find-code.ts';
import { findLink } from '../../src/codes/find-link.ts';
import { readMail } from '../support/mail.ts';
import { expectThrown } from '../support/thrown.ts';

const OLDER = '> Your code is 999888.\n> Confirm: https://a.example/confirm?token=old123\n';
const NEW = 'Your new code is 111222.\nConfirm: https://a.example/confirm?token=new456\n';

test.describe('the code and the link of an answer are not those of the message that it quotes', () => {
  for (const [name, subject, text] of [
    ['below a line that names its sender', 'Codes', `${NEW}\nOn 5 May 2026 at 9:00, Acme wrote:\n${OLDER}`],
    ['above the new words', 'Re: Codes', `${OLDER}\n${NEW}`],
    [
      'below the header of Outlook',
      'AW: Codes',
      `${NEW}\n-----Original Message-----\nFrom: Acme <a@acme.example>\nSent: Monday\n\nYour code is 999888. Confirm: https://a.example/confirm?token=old123`,
    ],
  ] as const) {
    test(name, async () => {
      const message = await readMail({ subject, text });
      expect(findCode(message)).toBe('111222');
      expect(findLink(message)).toBe('https://a.example/confirm?token=new456');
    });
  }

  test('even if the answer has none', async () => {
    const message = await readMail({
      subject: 'Re: Your code is 999888',
      text: `Thanks!\n\nOn 5 May, Acme wrote:\n${OLDER}`,
    });
    await expectThrown(() => findCode(message), 'CODE_NOT_FOUND', 'Re:');
  });
});

test.describe('a message is read although its lines begin as those of a quote', () => {
  test('where it sets a code off', async () => {
    expect(findCode(await readMail({ subject: 'Sign in', text: 'Your code is\n\n> 111222\n' }))).toBe('111222');
  });

  test('where it was passed on', async () => {
    const text = `---------- Forwarded message ---------\nFrom: Acme <a@acme.example>\n\nYour code is 111222.`;
    expect(findCode(await readMail({ subject: 'Fwd: Your code', text }))).toBe('111222');
  });
});
