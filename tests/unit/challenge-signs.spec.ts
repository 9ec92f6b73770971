import { expect, test } from '@playwright/test';
import type { PageSigns } from '../../src/challenge/page-signs.ts';
import type { FrameView, ItemView } from '../../src/challenge/page/view.ts';
import { control, decision, heading, signInForm, text } from '../support/page-view.ts';

const signs = (items: readonly ItemView[], more: Partial<FrameView> = {}): PageSigns => decision(items, more).signs;
const signOut = control('link', 'Sign out', { region: 'nav', type: '/logout' });

test('a page with a code field, or with a button to send a new code, asks', () => {
  const code = control('field', 'Code', { autocomplete: 'one-time-code' });
  expect(signs([signOut, code, control('button', 'Go')]).asks).toContain('The field "Code" is for the code.');
  expect(signs([control('button', 'Send a new code')]).asks).toContain('"Send a new code" sends a code again.');
});

test('a heading that names a factor and a lone button to verify ask, beside a sign-out control', () => {
  const { asks, session } = signs([signOut, heading('Confirm it is you'), control('button', 'Verify')]);
  expect(asks).toContain('The heading "Confirm it is you" names a factor.');
  expect(asks).toContain('"Verify" is the only button.');
  expect(session).toEqual([{ sign: 'sign-out', label: 'Sign out' }]);
});

test('a dashboard asks for nothing', () => {
  const { asks, isLoading } = signs([signOut, heading('Projects'), text('Project one')]);
  expect(asks).toEqual([]);
  expect(isLoading).toBe(false);
});

test('a small page with a form may ask, in any language', () => {
  const form = [control('field', 'ლექსი'), control('button', 'გაგრძელება')];
  expect(signs(form).mayAsk).toContain('The page is small and has a form.');
  expect(signs([control('button', 'გაგრძელება')]).mayAsk).toEqual([
    'The page is small, and "გაგრძელება" is its main button.',
  ]);
});

test('the statements name alerts of all frames first, with their meaning', () => {
  const { statements } = signs([
    heading('Sign in'),
    text('Wrong password', { marks: 'role' }),
    ...signInForm(),
    text('This link has expired.'),
  ]);
  expect(statements[0]).toEqual({ text: 'Wrong password', isAlert: true, meaning: 'refused' });
  expect(statements).toContainEqual({ text: 'This link has expired.', isAlert: false, meaning: 'expired' });
});

test('a sign-out control of a closed menu counts beside a button that opens one', () => {
  const opener = control('button', 'Menu', { opens: 'menu' });
  expect(signs([opener], { hidden: ['Log out'] }).session).toEqual([{ sign: 'closed-menu', label: 'Log out' }]);
  expect(signs([text('Welcome')], { hidden: ['Log out'] }).session).toEqual([]);
});

test('a link that cancels is not a sign-out control, although it leads to one', () => {
  expect(signs([control('link', 'Cancel', { type: '/logout' })]).session).toEqual([]);
});

test('a blank page, a progress element and a notice are loading', () => {
  expect(signs([]).isLoading).toBe(true);
  expect(signs([text('ładujemy')], { busy: true }).isLoading).toBe(true);
  expect(signs([text('Bitte warten ...')]).isLoading).toBe(true);
  expect(signs([text('Please wait'), ...signInForm()]).isLoading).toBe(false);
});

test('a page may be meant for another tab', () => {
  expect(signs([text('You can close this tab now.')]).isForOtherTab).toBe(true);
  expect(signs([text('You are signed in.')]).isForOtherTab).toBe(false);
});
