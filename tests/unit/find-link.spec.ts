import { expect, test } from '@playwright/test';
import { findLink } from '../../src/codes/find-link.ts';
import { readMail, readSms } from '../support/mail.ts';
import { expectThrown } from '../support/thrown.ts';

const WANTED = 'https://app.acme.example/verify?token=a%2Fb&to=%2Fhome';

/** Returns a mail with one link to follow among the usual other links. */
function page(action: string, href = WANTED): string {
  return `<p><a href="https://acme.example/">Acme</a></p>
    <p><a href="https://acme.example/help?why=verify">Why did I get this?</a></p>
    <p><a href="${href.replaceAll('&', '&amp;')}" style="background:#123456">${action}</a></p>
    <p><a href="https://acme.example/not-me?token=1">This wasn't you?</a></p>
    <p><a href="https://acme.example/privacy">Privacy</a> <a href="https://acme.example/unsubscribe?token=77">Unsubscribe</a>
    <a href="https://twitter.com/acme">Twitter</a></p>`;
}

test.describe('the link to follow', () => {
  for (const action of [
    'Verify e-mail address',
    'Confirm your account',
    'Sign in to Acme',
    'Reset password',
    'Accept invitation',
    'Activate',
    'Log in',
  ]) {
    test(`says "${action}"`, async () => {
      expect(findLink(await readMail({ subject: 'Acme', html: page(action) }))).toBe(WANTED);
    });
  }

  test('is in a plain text', async () => {
    const text = `Confirm your address:\n${WANTED}\n\nHelp: https://acme.example/help\nUnsubscribe: https://acme.example/unsubscribe?list=1`;
    expect(findLink(await readMail({ text }))).toBe(WANTED);
  });

  test('is in a text message', async () => {
    expect(findLink(await readSms(`Acme: sign in at ${WANTED}. Help: https://acme.example/help`))).toBe(WANTED);
  });

  test('occurs several times', async () => {
    const html = `<a href="${WANTED}">Verify</a><p>or copy <a href="${WANTED}">${WANTED}</a></p>`;
    expect(findLink(await readMail({ html, text: `Verify: ${WANTED}` }))).toBe(WANTED);
  });
});

test.describe('an option selects the link', () => {
  const html = `<a href="https://app.acme.example/verify/1">Verify A</a> <a href="https://eu.acme.example:8443/verify/2">Verify B</a>
    <a href="https://acme.example/docs">Read the manual</a>`;
  for (const [name, options, href] of [
    ['a part of its words', { text: 'Verify B' }, 'https://eu.acme.example:8443/verify/2'],
    ['a pattern for its words', { text: /manual$/ }, 'https://acme.example/docs'],
    ['a part of its address', { text: 'verify/1' }, 'https://app.acme.example/verify/1'],
    ['its host', { host: 'app.acme.example' }, 'https://app.acme.example/verify/1'],
    ['its host and port', { host: 'eu.acme.example:8443' }, 'https://eu.acme.example:8443/verify/2'],
    ['its host and its words', { host: 'acme.example', text: 'manual' }, 'https://acme.example/docs'],
  ] as const) {
    test(name, async () => {
      expect(findLink(await readMail({ html }), options)).toBe(href);
    });
  }
});

test.describe('no link is an error that names the links of the message', () => {
  test('for a mail without links', async () => {
    const message = await readMail({ subject: 'Welcome', text: 'No links here.' });
    await expectThrown(() => findLink(message), 'LINK_NOT_FOUND', '"Welcome"', 'host');
  });

  test('for a mail with links to help and to unsubscribe only', async () => {
    const html =
      '<a href="https://acme.example/help">Help</a> <a href="https://acme.example/unsubscribe">Unsubscribe</a>';
    await expectThrown(async () => findLink(await readMail({ html })), 'LINK_NOT_FOUND', 'Unsubscribe', 'acme.example');
  });

  test('and several equally good links are ambiguous', async () => {
    const html =
      '<a href="https://acme.example/verify/1">Verify</a> <a href="https://acme.example/verify/2">Verify</a>';
    await expectThrown(async () => findLink(await readMail({ html })), 'LINK_AMBIGUOUS', '2 links');
  });

  test('but never with the token of a link', async () => {
    const html = `<a href="${WANTED}">Verify</a> <a href="${WANTED}2">Verify</a>`;
    const error = await expectThrown(async () => findLink(await readMail({ html })), 'LINK_AMBIGUOUS');
    expect(error.message).not.toContain('token=');
  });
});
