import { expect, test } from '@playwright/test';
import { control, decided, heading, text } from '../support/page-view.ts';

test('a page that asks for permissions is a consent, with its boxes and buttons in order', () => {
  const consent = decided(
    control('link', 'Log out'),
    heading('Photo Tool wants to access your account'),
    control('option', 'Your profile', { type: 'checkbox', checked: true }),
    control('button', 'Allow', { type: 'submit' }),
    control('button', 'Deny', { type: 'submit' }),
  );
  expect(consent.kind).toBe('consent');
  expect(consent.options?.map(({ label }) => label)).toEqual(['Your profile', 'Allow', 'Deny']);
});

test('new terms are a consent in other languages', () => {
  const box = control('option', 'Ich stimme zu', { type: 'checkbox' });
  const terms = [heading('Unsere Nutzungsbedingungen haben sich geändert'), box, control('button', 'Weiter')];
  expect(decided(...terms).kind).toBe('consent');
});

test('a cookie wall and a sign-in with terms below are not consents', () => {
  const buttons = [control('button', 'Accept all'), control('button', 'Decline')];
  expect(decided(text('We use cookies. See our privacy policy and terms of service.'), ...buttons).kind).toBe(
    'unknown',
  );
  const form = [control('field', 'Password', { type: 'password' }), control('button', 'Sign in', { type: 'submit' })];
  expect(decided(heading('Sign in'), ...form, text('You accept the terms of service.')).kind).toBe('password');
});

test('an account picker names its entries', () => {
  const entries = ['Alice alice@example.com', 'Bob bob@example.com', 'Use another account'];
  const picker = decided(heading('Choose an account'), ...entries.map((label) => control('button', label)));
  expect(picker.kind).toBe('choose-account');
  expect(picker.options?.map(({ label }) => label)).toEqual(entries);
});

test('a choice of organizations is a choice of accounts in other languages', () => {
  const links = [control('link', 'Ateliers Dupont'), control('link', 'Maison Martin')];
  expect(decided(heading('Sélectionnez une organisation'), ...links).kind).toBe('choose-account');
});

test('a list of users with buttons to edit them is not an account picker', () => {
  const users = ['ann@example.com', 'ben@example.com', 'Edit', 'Delete'].map((label) => control('button', label));
  expect(decided(heading('Users'), ...users).kind).toBe('unknown');
});
