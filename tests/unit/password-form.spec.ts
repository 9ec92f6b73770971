import { expect, test } from '@playwright/test';
import { PageSnapshot } from '../../src/challenge/page-snapshot.ts';
import { findPasswordForm } from '../../src/challenge/password-form.ts';
import type { ControlView } from '../../src/challenge/page/view.ts';
import { control, heading, text, view } from '../support/page-view.ts';

/** Returns the roles of password fields in their order: `c` current, `n` new, `r` repeated, `-` none. */
function rolesOf(title: string, ...fields: readonly Partial<ControlView>[]): string {
  const inputs = fields.map((one, index) =>
    control('field', one.label ?? '', { type: 'password', path: `#f${index}`, form: 0, ...one }),
  );
  const form = findPasswordForm(new PageSnapshot([view([heading(title), ...inputs])]));
  if (!form) return '';
  const place = (path: string | undefined): number => inputs.findIndex((input) => input.path === path);
  const roles = inputs.map(() => '-');
  if (form.current) roles[place(form.current.path)] = 'c';
  roles[place(form.fresh.path)] = 'n';
  if (form.repeat) roles[place(form.repeat.path)] = 'r';
  return roles.join('');
}

const CASES: readonly (readonly [
  name: string,
  expected: string,
  title: string,
  ...fields: readonly Partial<ControlView>[],
])[] = [
  ['three fields without names', 'cnr', 'Change password', {}, {}, {}],
  [
    'labels',
    'cnr',
    'Account',
    { label: 'Current password' },
    { label: 'New password' },
    { label: 'Confirm new password' },
  ],
  [
    'labels in another order',
    'nrc',
    'Account',
    { label: 'New password' },
    { label: 'Confirm new password' },
    { label: 'Current password' },
  ],
  [
    'names in code',
    'cnr',
    'Konto',
    { names: 'oldPassword' },
    { names: 'newPassword' },
    { names: 'newPasswordConfirm' },
  ],
  [
    'autocomplete',
    'cnr',
    'X',
    { autocomplete: 'current-password' },
    { autocomplete: 'new-password' },
    { autocomplete: 'new-password', names: 'repeat' },
  ],
  ['a reset', 'nr', 'Choose a new password', { label: 'New password' }, { label: 'Confirm password' }],
  ['a reset with one field', 'n', 'Choose a new password', { label: 'New password' }],
  ['a reset whose labels are equal', 'nr', 'Set a new password', { label: 'Password' }, { label: 'Password' }],
  ['the current and the new one', 'cn', 'Account', { label: 'Old password' }, { label: 'New password' }],
  [
    'German',
    'cnr',
    'Passwort',
    { label: 'Aktuelles Passwort' },
    { label: 'Neues Passwort' },
    { label: 'Neues Passwort wiederholen' },
  ],
  [
    'French',
    'cnr',
    'Sécurité',
    { label: 'Mot de passe actuel' },
    { label: 'Nouveau mot de passe' },
    { label: 'Confirmer le mot de passe' },
  ],
  [
    'Russian',
    'cnr',
    'Пароль',
    { label: 'Текущий пароль' },
    { label: 'Новый пароль' },
    { label: 'Повторите новый пароль' },
  ],
  ['Chinese', 'cnr', '修改密码', { label: '当前密码' }, { label: '新密码' }, { label: '确认新密码' }],
  [
    'Korean',
    'cnr',
    '비밀번호 변경',
    { label: '현재 비밀번호' },
    { label: '새 비밀번호' },
    { label: '새 비밀번호 확인' },
  ],
  ['a sign-in', '', 'Sign in', { label: 'Password' }],
  ['a sign-up', '', 'Create an account', {}, {}],
  ['four fields', '', 'Change password', {}, {}, {}, {}],
  ['two current passwords', '', 'Change password', { label: 'Current password' }, { label: 'Current password' }],
];

for (const [name, expected, title, ...fields] of CASES)
  test(`roles of password fields: ${name}`, () => {
    expect(rolesOf(title, ...fields)).toBe(expected);
  });

test('the password of a sign-in is not a new one, whatever the page says beside it', () => {
  const signIn = [
    heading('Welcome'),
    text('New customer? Forgot your password? Choose a new password.'),
    control('field', 'Email', { type: 'email', names: 'email' }),
    control('field', 'Password', { type: 'password' }),
  ];
  expect(findPasswordForm(new PageSnapshot([view(signIn)]))).toBeUndefined();
  expect(findPasswordForm(new PageSnapshot([view([heading('Reset your password'), ...signIn])]))).toBeUndefined();
});
