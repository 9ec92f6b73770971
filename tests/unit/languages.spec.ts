import { expect, test } from '@playwright/test';
import { findCode } from '../../src/codes/find-code.ts';
import { readSms } from '../support/mail.ts';
import { PLAIN_SENTENCES } from '../support/plain-sentences.ts';

test('there are sentences of 60 languages and more', () => {
  expect(Object.keys(PLAIN_SENTENCES).length).toBeGreaterThanOrEqual(60);
});

/** Number that every message has beside its code. */
const OTHER = '\n\nAcme, 4410 Main Street';

for (const [language, sentences] of Object.entries(PLAIN_SENTENCES)) {
  test(`the code of a plain sentence is read: ${language}`, async () => {
    for (const sentence of sentences) {
      for (const code of ['482913', '7206', '482 913']) {
        expect.soft(findCode(await readSms(sentence.replace('{}', code))), sentence).toBe(code.replace(' ', ''));
      }
    }
  });

  test(`the name of a code tells it from another number: ${language}`, async () => {
    for (const sentence of sentences.slice(0, 2))
      expect.soft(findCode(await readSms(sentence.replace('{}', '7206') + OTHER)), sentence).toBe('7206');
  });
}
