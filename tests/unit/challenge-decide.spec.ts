import { expect, test } from '@playwright/test';
import type { ControlView } from '../../src/challenge/page/view.ts';
import { control, decided, text } from '../support/page-view.ts';

test('an empty page asks for nothing', () => {
  expect(decided()).toMatchObject({ kind: 'unknown', fields: [], factors: [] });
});

test('a code field beside a filled password is a code challenge', () => {
  const password = (filled: boolean): ControlView => control('field', 'Password', { type: 'password', filled });
  const rest = [control('field', 'Token', { names: 'otp' }), control('button', 'Sign in', { type: 'submit' })];
  expect(decided(password(true), ...rest)).toMatchObject({ kind: 'code', fields: [{ role: 'code' }] });
  expect(decided(password(false), ...rest)).toMatchObject({ kind: 'credentials', fields: [{}, { role: 'code' }] });
});

test('a sent code without a destination may be an e-mail code or an SMS code', () => {
  const { factors } = decided(text('We sent you a code.'), control('field', 'Code'), control('button', 'Verify'));
  expect(factors.map(({ factor }) => factor)).toEqual(['email-code', 'sms-code']);
});

test('a code that was not sent is a TOTP code', () => {
  const { factors } = decided(text('Two-factor'), control('field', 'Code'), control('button', 'Verify'));
  expect(factors.map(({ factor }) => factor)).toEqual(['totp']);
});

test('the label of a field takes precedence over the text of the page', () => {
  const { factors } = decided(
    text('We sent an e-mail with a code last week.'),
    control('field', 'Code from your authenticator app'),
    control('button', 'Verify'),
  );
  expect(factors.map(({ factor }) => factor)).toEqual(['totp']);
});

test('a disabled field is not a field to fill', () => {
  expect(decided(control('field', 'Verification code', { disabled: true }))).toMatchObject({ fields: [] });
});

test('more evidence raises the confidence', () => {
  const button = control('button', 'Verify');
  const plain = decided(control('field', 'Code'), button).confidence;
  const sure = decided(control('field', 'Code', { autocomplete: 'one-time-code', maxLength: 6 }), button).confidence;
  expect(sure).toBeGreaterThan(plain);
});
