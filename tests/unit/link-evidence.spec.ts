import { expect, test } from '@playwright/test';
import { findLink } from '../../src/codes/find-link.ts';
import { readMail } from '../support/mail.ts';

const TOKEN = '8f14e45fceea';
const LONG = '9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d';

/** Returns the link to follow; undefined if there is none. */
async function linkOf(subject: string, html: string): Promise<string | undefined> {
  const message = await readMail({ subject, html });
  try {
    return findLink(message);
  } catch {
    return undefined;
  }
}

test.describe('a link is followed', () => {
  for (const [name, url, html] of [
    [
      'that shows its own address, for the words above it',
      `https://acme.example/go/${TOKEN}`,
      `<p>Confirm your address</p><p><a href="https://acme.example/go/${TOKEN}">https://acme.example/go/${TOKEN}</a></p>`,
    ],
    [
      'on a host for help and support',
      `https://support.acme.example/go/${TOKEN}`,
      `<p>Confirm your address <a href="https://support.acme.example/go/${TOKEN}">here</a></p>`,
    ],
  ] as const) {
    test(name, async () => {
      expect(await linkOf('Acme', html)).toBe(url);
    });
  }
});

test.describe('a link is not followed', () => {
  for (const [name, subject, url, text] of [
    ['to a page that anybody can open', 'Hello from Acme', 'https://acme.example/login', 'Sign in'],
    ['of an alert', 'New sign-in to your account', `https://acme.example/login/${TOKEN}`, 'Sign in'],
    [
      'for the parameters of a tracker',
      'Confirm your email',
      'https://acme.example/p?utm_campaign=verify-email&source=confirm-account&trk=reset',
      'Read on',
    ],
    [
      'of a notice, for its address alone',
      'Your password was changed',
      `https://acme.example/verify?t=${TOKEN}`,
      'Details',
    ],
  ] as const) {
    test(name, async () => {
      expect(await linkOf(subject, `<p>Hello</p><p><a href="${url}">${text}</a></p>`)).toBe(undefined);
    });
  }
});

test.describe('a link whose words say nothing of its purpose', () => {
  const asked = { subject: 'Please confirm your account', above: '<p>We saw a sign-in from Lisbon.</p>' };
  const page = (above: string, text: string, below = ''): string =>
    `${above}<p><a href="https://acme.example/g/${LONG}">${text}</a></p>${below}`;

  for (const text of [
    'It was me',
    'Take me there',
    'Yes, that is right',
    'Das war ich',
    'C’était moi',
    '是我本人操作的',
  ]) {
    test(`is followed if no other address is made for the message: ${text}`, async () => {
      const below = '<p><a href="https://acme.example/about">About Acme</a></p>';
      expect(await linkOf(asked.subject, page(asked.above, text, below))).toBe(`https://acme.example/g/${LONG}`);
    });
  }
  test('is followed for the words above it', async () => {
    const above = '<p>To verify your address, press the button.</p>';
    expect(await linkOf('Welcome', page(above, 'All good here'))).toBe(`https://acme.example/g/${LONG}`);
  });
  for (const [name, subject, above, text, below] of [
    ['in a message that asks for nothing', 'Our autumn collection', '<p>New coats.</p>', 'Show me more', ''],
    ['in a notice', 'Your password was changed', '<p>It was changed today.</p>', 'See what happened', ''],
    ['beside a code', 'Confirm your sign-in', '<p>Your code is 482913.</p>', 'The Acme team', ''],
    ['that is a name', asked.subject, asked.above, 'Acme', ''],
    [
      'if another address is made for the message',
      asked.subject,
      asked.above,
      'Take me there',
      `<p><a href="https://acme.example/w/${LONG}x">Somewhere else</a></p>`,
    ],
  ] as const) {
    test(`is not followed ${name}`, async () => {
      expect(await linkOf(subject, page(above, text, below))).toBe(undefined);
    });
  }
});
