import { expect, test } from '@playwright/test';
import { PageSnapshot } from '../../src/challenge/page-snapshot.ts';
import { recoveryCodesIn, shownSecrets } from '../../src/challenge/shown-secrets.ts';
import { type Secret, secretChannel } from '../../src/secret/secret.ts';
import { registerShownSecrets } from '../../src/secret/shown-secrets.ts';
import { heading, text, view } from '../support/page-view.ts';

/** Returns the values that a page with these texts makes known, by their labels. */
function known(...texts: readonly string[]): string[] {
  const found: string[] = [];
  const listen = (secret: unknown): void => void found.push((secret as Secret).reveal());
  secretChannel.subscribe(listen);
  const [title = '', ...rest] = texts;
  const snapshot = new PageSnapshot([view([heading(title), ...rest.map((one) => text(one))])]);
  registerShownSecrets(shownSecrets(snapshot));
  secretChannel.unsubscribe(listen);
  return found;
}

const SHAPES: Readonly<Record<string, readonly string[]>> = {
  'in a list': ['7f3a9c21', '0b8e4d17', 'a94c2f60', '5d1e8b73'],
  'in a list with numbers': ['1. 7f3a9c21', '2. 0b8e4d17', '3. a94c2f60', '4. 5d1e8b73'],
  'in groups': ['k7f3a-9c21b', '0b8e4-d17xz', 'a94c2-f60pq', '5d1e8-b73mn'],
  'in groups with spaces': ['4829 1306', '5177 2046', '9031 7752', '6612 0489'],
  'of digits': ['482913', '517720', '903177', '661204'],
  'in a block of text': ['7f3a9c21 0b8e4d17 a94c2f60 5d1e8b73'],
  'in a block of pairs of numbers': ['4829 1306 5177 2046 9031 7752 6612 0489'],
  'with commas between them': ['7f3a9c21, 0b8e4d17, a94c2f60, 5d1e8b73'],
  'in four groups': ['ab12-cd34-ef56-gh78', 'q1w2-e3r4-t5y6-u7i8', 'z9x8-c7v6-b5n4-m3l2', 'p0o9-i8u7-y6t5-r4e3'],
};

for (const [where, texts] of Object.entries(SHAPES)) {
  test(`recovery codes ${where} are secrets as soon as a page is read that shows them`, () => {
    const found = known('Save your recovery codes', 'Keep them in a safe place.', ...texts);
    const plain = texts
      .join(' ')
      .replace(/\b\d\. /g, '')
      .replace(/[^A-Za-z0-9]/g, '');
    expect(found.filter((value) => /^[A-Za-z0-9]+$/.test(value)).join('')).toBe(plain);
    if (texts.length > 1) expect(found).toContain(texts[0]?.replace('1. ', ''));
  });
}

test('the same texts stay readable on a page that does not name recovery codes', () => {
  expect(known('Your orders', ...(SHAPES['in a list'] ?? []))).toEqual([]);
});

test('dates, addresses and words on a page about recovery codes stay readable', () => {
  const dates = ['2026-11-30', '2026-10-12', '2025-01-07', '2024-06-01'];
  const addresses = ['192.168.10.21', '192.168.10.22', '192.168.10.23', '192.168.10.24'];
  const words = ['Security', 'Password', 'Download', 'Continue', 'two-step', 'log-outs'];
  expect(known('Recovery codes', ...dates, ...addresses, ...words, '3 of 10 left', '7f3a9c21')).toEqual([]);
});

test('a code that is shown twice counts once', () => {
  expect(recoveryCodesIn(['482913', '482913', '482913', '482913'])).toEqual([]);
});

for (const seed of ['JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', 'jbsw y3dp ehpk 3pxp jbsw y3dp ehpk 3pxp']) {
  test(`the seed that a page shows as ${seed.slice(0, 9)}… is a secret`, () => {
    expect(known('Set up your authenticator app', 'Scan the QR code, or enter this key:', seed)).toEqual([
      'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP',
    ]);
  });
}
