import { expect, test } from '@playwright/test';
import type { Decision } from '../../src/challenge/decide.ts';
import { control, decided, decision, heading, signInForm, text } from '../support/page-view.ts';

test('a marked message above the form is a refusal in a language without a word list', () => {
  const form = signInForm({ name: 'Jina', password: 'Nenosiri', button: 'Ingia', filled: true });
  const refused = decided(text('Nenosiri si sahihi', { marks: 'role class' }), ...form);
  expect(refused).toMatchObject({ kind: 'rejected', message: 'Nenosiri si sahihi' });
  expect(decided(text('Karibu tena'), ...form).kind).toBe('credentials');
});

test('a form that kept the user name and lost the password makes a message in red a refusal', () => {
  const note = text('Yaykuna rimayqa manam allinchu', { marks: 'color' });
  const labels = { name: 'Suti', password: 'Rimay', button: 'Yaykuy' };
  expect(decided(note, ...signInForm({ ...labels, filled: true })).kind).toBe('rejected');
  expect(decided(note, ...signInForm(labels)).kind).toBe('credentials');
});

test('a toast refuses the password, even as a question', () => {
  const toast = text('Wrong password, forgotten it?', { marks: 'toast' });
  expect(decided(...signInForm({ filled: true }), toast).kind).toBe('rejected');
});

test('a greeting, a success and the end of a session refuse nothing', () => {
  for (const [message, marks] of [
    ['Welcome back! Sign in to continue.', 'live'],
    ['You have been signed out.', 'role good'],
    ['Your session has expired. Please sign in again.', 'role toast'],
    ['We sent you a link.', 'role'],
  ] as const)
    expect(decided(text(message, { marks }), ...signInForm()).kind, message).toBe('credentials');
});

test('two sentences that run together are still a refusal', () => {
  const message = text('Invalid user name or password.Please try again.');
  expect(decided(message, ...signInForm({ filled: true })).kind).toBe('rejected');
});

test('a warning before a lockout is not a lockout', () => {
  const warning = text('After five wrong passwords your account will be locked.');
  expect(decided(warning, ...signInForm()).kind).toBe('credentials');
  expect(decided(text('Your account is locked.', { marks: 'role' }), ...signInForm()).kind).toBe('locked');
});

test('a sentence that replaced the form is a refusal if the page offers to retry', () => {
  const words = [heading('Sign in'), text('The code you entered is not valid.')];
  expect(decided(...words, control('button', 'Retry')).kind).toBe('rejected');
  expect(decided(heading('404'), text('Page not found'), control('link', 'Home')).kind).toBe('unknown');
});

test('the label of a field in red is not a refusal', () => {
  const labels = [text('Password *', { marks: 'color' }), text('*', { marks: 'color', linked: true })];
  expect(decided(...labels, ...signInForm({ filled: true })).kind).toBe('credentials');
});

test('the name of the site above a notice is not a refusal', () => {
  const page = (words: string): Decision => {
    const toast = [text('Hamster', { marks: 'role toast' }), text(words, { marks: 'role toast' })];
    return decision([...signInForm({ filled: true }), ...toast], { title: 'Hamster login' });
  };
  expect(page('We sent you a code.').kind).toBe('credentials');
  const { kind, refusal, signs } = page('Invalid password');
  expect([kind, refusal?.message]).toEqual(['rejected', 'Invalid password']);
  expect(signs.statements.map((statement) => statement.text)).not.toContain('Hamster');
});
