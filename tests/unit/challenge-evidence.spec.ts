import { expect, test } from '@playwright/test';
import { decide } from '../../src/challenge/decide.ts';
import type { ControlView, ItemView } from '../../src/challenge/page/view.ts';
import { describe } from '../../src/challenge/describe.ts';
import type { Challenge } from '../../src/challenge/challenge.ts';
import { control, decided, decision, heading, signInForm, text, view } from '../support/page-view.ts';

const verify = control('button', 'Verify', { type: 'submit' });
const factorsOf = ({ factors }: Challenge): string[] => factors.map(({ factor }) => factor);

test('a form that is named for a sign-up is not a sign-in', () => {
  const form = signInForm({ button: 'Continue' });
  const named = decision(form, { forms: ['/register registration-form'] });
  expect(describe(named)).toMatchObject({ kind: 'unknown', fields: [] });
  expect(describe(decision(form, { forms: ['/session'] })).kind).toBe('credentials');
});

test('more fields do not make a form more of a sign-in', () => {
  const more = ['First name', 'City', 'Favorite color'].map((label) => control('field', label));
  const again = control('field', 'Repeat', { type: 'password' });
  expect(decided(...signInForm({ button: 'Continue' }), ...more, again).kind).toBe('unknown');
});

test('a form that creates a user on a page of somebody signed in is not a sign-in', () => {
  const signOut = control('link', 'Log out', { region: 'nav', form: -1 });
  expect(decided(signOut, heading('Create user'), ...signInForm({ button: 'Save' })).kind).toBe('signed-in');
});

test('the name of a field in code says enough in a language without a word list', () => {
  const field = control('field', 'შეიყვანეთ კოდი', { names: 'totp' });
  expect(decided(heading('ორფაქტორიანი'), field, control('button', 'დადასტურება')).kind).toBe('code');
});

test('the shape of a field wins over the title of the page', () => {
  const shaped = control('field', 'Code', { maxLength: 6, inputMode: 'numeric' });
  expect(decided(heading('Lost your device? Recovery codes'), shaped, verify).kind).toBe('code');
});

test('a link below the form says nothing about the field', () => {
  const below = control('link', "Didn't receive confirmation instructions?", { form: -1 });
  const { factors } = decided(heading('Two-factor'), control('field', 'One-time code'), verify, below);
  expect(factors).toMatchObject([{ factor: 'totp', guess: true }]);
});

test('a factor that the page names is not a guess', () => {
  const named = decided(heading('Two-factor'), control('field', 'Code from your authenticator app'), verify);
  expect(named.factors[0]).not.toHaveProperty('guess');
});

test('a field for a password or a code takes a code only if one was sent', () => {
  const field = control('field', 'Password or code', { type: 'password' });
  const page = [heading('Sign in'), field, control('button', 'Continue', { type: 'submit' })];
  expect(decided(...page).kind).toBe('password');
  expect(decided(text('We sent a code to a•••@example.com.'), ...page).kind).toBe('code');
});

test('a mail with a link and a code offers both', () => {
  const note = text('We sent a message to a•••@example.com. Click the link inside or enter your code below.');
  expect(factorsOf(decided(note, control('field', 'Code'), verify)).toSorted()).toEqual(['email-code', 'email-link']);
});

test('the current choice of a list of tabs is not an offer', () => {
  const tab = (label: string, checked = false) => control('button', label, { type: 'tab', checked });
  const key = [text('Insert your security key.'), control('button', 'Use security key', { type: 'submit' })];
  const { kind, factors } = decided(
    heading('Two-factor authentication'),
    tab('Security key', true),
    tab('Recovery code'),
    ...key,
  );
  expect(kind).toBe('passkey');
  expect(factors.map(({ label }) => label)).toEqual(['Use security key', 'Recovery code']);
});

test('addresses name a factor where labels do not', () => {
  const links = [
    control('link', 'Բանալի', { type: '/login/u2f', form: -1 }),
    control('link', 'Հեռախոս', { type: '/login/otp/sms', form: -1 }),
  ];
  expect(factorsOf(decided(heading('Two-factor'), ...links)).toSorted()).toEqual(['passkey', 'sms-code']);
});

test('a phone number that gets a message is an identifier', () => {
  const page = [heading('Enter your phone number'), text('By tapping Verify, an SMS may be sent.')];
  const field = control('field', '', { type: 'tel', names: 'phoneNumber' });
  const { kind, factors } = decided(...page, field, control('button', 'VERIFY', { type: 'submit' }));
  expect(kind).toBe('identifier');
  expect(factors).toMatchObject([{ factor: 'sms-code' }]);
});

test('settings that manage factors are of somebody signed in', () => {
  const signOut = control('link', 'Sign out', { region: 'nav', form: -1 });
  const rows = ['Disable authenticator app', 'Generate new recovery codes'].map((label) => control('link', label));
  expect(decided(signOut, heading('Two-factor authentication'), ...rows).kind).toBe('signed-in');
});

test('a header with a heading is part of the content', () => {
  const header = [
    text('Account locked', { heading: true, region: 'header' }),
    text('Contact us.', { region: 'header' }),
  ];
  expect(decided(...header, control('button', 'Sign in', { region: 'header' })).kind).toBe('locked');
});

test('a step that asks to set up a factor is an enrollment, although it can sign out', () => {
  const setUp = ['Set up authenticator app', 'Set up security key'].map((label) => control('button', label));
  const signOut = control('link', 'Log out', { type: '/logout' });
  expect(decided(heading('Protect your account'), ...setUp, signOut).kind).toBe('enroll');
});

test('a button without a label is a sign-out control by its icon', () => {
  const button = control('button', '', { names: 'icon fa-sign-out', region: 'nav' });
  expect(decided(button, heading('Servers'), text('One')).kind).toBe('signed-in');
});

test('a notice about a mailed code, left over after the sign-in, does not tell of a link', () => {
  const notice = text('Please check your email for the verification code.', { marks: 'live' });
  expect(decided(text('anna@acme.test'), notice).kind).not.toBe('link-sent');
  expect(decided(text('Please check your email for the sign-in link.')).kind).toBe('link-sent');
});

test('buttons whose names in code tell factors are a choice, in any language, beside a link to sign out', () => {
  const pick = (label: string, names: string): ControlView => control('button', label, { type: 'button', names });
  const page = [
    heading('Xyzzy plugh'),
    pick('Foo bar', 'auth-picker/totp'),
    pick('Baz', 'auth-picker/webauthn'),
    pick('Qux', 'auth-picker/other'),
    control('link', 'Log out', { type: '/logout' }),
  ];
  const { kind, factors } = decided(...page);
  expect([kind, factors.map(({ factor }) => factor)]).toEqual(['choose', ['totp', 'passkey']]);
});

test('buttons of the same name are told apart by the headings of their forms', () => {
  const card = (title: string, form: number): ItemView[] => [
    text(title, { form, heading: true }),
    control('button', 'Use', { form, type: 'submit' }),
  ];
  const page = [
    heading('Choose how to verify'),
    ...card('Authenticator app', 1),
    ...card('Security key', 2),
    ...card('Text message', 3),
  ];
  const { kind, factors } = decided(...page);
  expect([kind, factors.map(({ factor }) => factor)]).toEqual(['choose', ['totp', 'passkey', 'sms-code']]);
});

test('a small page of a sign-in whose button is named for passkeys asks for one, in any language', () => {
  const page = [
    heading('Xyzzy'),
    control('button', 'Plugh', { type: 'button', names: 'webauthn-trigger' }),
    control('link', 'Log out', { type: '/logout' }),
  ];
  expect(decide([view(page, { address: '/login/second' })]).kind).toBe('passkey');
  expect(decide([view(page, { address: '/settings' })]).kind).toBe('signed-in');
});

test('a form that asks for scopes asks to agree, and not for an identity', () => {
  const page = [
    control('link', 'Log out', { type: '/logout', form: -1 }),
    heading('Xyzzy Photos'),
    control('option', 'openid', { type: 'checkbox', names: 'scopes' }),
    control('button', 'Plugh', { type: 'submit' }),
    control('button', 'Quux', { type: 'submit' }),
  ];
  expect(decided(...page).kind).toBe('consent');
});

test('a masked number that a code was sent to tells more than the label of the field', () => {
  const factorsOf = (notice: string): string[] =>
    decided(
      heading('Two-factor authentication'),
      text(notice),
      control('field', 'Authenticator code', { names: 'otp' }),
      control('button', 'Continue', { type: 'submit' }),
    ).factors.map(({ factor }) => factor);
  expect(factorsOf('A code was sent to ***-***-58.')).toEqual(['sms-code']);
  expect(factorsOf('A code was sent to a•••@acme.test.')).toEqual(['email-code']);
  expect(factorsOf('Open your authenticator app.')).toEqual(['totp']);
  expect(factorsOf('A code was sent to ***-***-58. Or enter a recovery code.')).toEqual(['sms-code', 'recovery-code']);
  expect(
    decided(
      text('A token is sent to you via an email or text message.'),
      control('field', 'Token', { names: 'token' }),
    ).factors.map(({ factor }) => factor),
  ).toEqual(['email-code', 'sms-code']);
});

test('a failure as the heading, with a button to retry, is a refusal', () => {
  const page = [heading('Authentication failed. Please try again.'), control('button', 'Retry sign-in')];
  expect(decided(...page).kind).toBe('rejected');
});
