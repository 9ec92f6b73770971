import { expect, test } from '@playwright/test';
import type { ControlView } from '../../src/challenge/page/view.ts';
import { control, decided, heading, text } from '../support/page-view.ts';

const box = (label = '', more: Partial<ControlView> = {}): ControlView =>
  control('field', label, { type: 'password', maxLength: 1, width: 30, ...more });
const button = control('button', 'Continue', { type: 'submit' });

test('a bank asks for characters of a memorable word', () => {
  const asked = text('Enter the 2nd, 5th and 7th characters of your memorable word');
  const { kind, fields } = decided(heading('Log in'), asked, box(), box(), box(), button);
  expect(kind).toBe('password');
  expect(fields).toMatchObject([{ role: 'memorable-word', boxes: 3, positions: [2, 5, 7] }]);
});

test('each label may name its position, also of a list', () => {
  const lists = [3, 4, 8].map((position) => box(`Character ${position}`, { type: 'select', maxLength: -1 }));
  const { fields } = decided(heading('Enter your password'), ...lists, button);
  expect(fields).toMatchObject([{ role: 'password', boxes: 3, positions: [3, 4, 8] }]);
});

test('positions in words count', () => {
  const asked = text('The first, third and ninth letter of your password');
  expect(decided(heading('Log in'), asked, box(), box(), box(), button).fields[0]?.positions).toEqual([1, 3, 9]);
});

test('numbered boxes of a code have no positions', () => {
  const boxes = [1, 2, 3, 4, 5, 6].map((digit) => box(`Digit ${digit}`, { type: 'tel' }));
  const { kind, fields } = decided(heading('Enter the verification code'), ...boxes, button);
  expect(kind).toBe('code');
  expect(fields).toMatchObject([{ role: 'code', boxes: 6 }]);
  expect(fields[0]).not.toHaveProperty('positions');
});
