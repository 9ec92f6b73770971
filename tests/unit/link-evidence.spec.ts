import { expect, test } from '@playwright/test';
import { findLink } from '../../src/codes/find-link.ts';
import { readMail } from '../support/mail.ts';

const TOKEN = '8f14e45fceea';

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
