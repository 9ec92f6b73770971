import { expect, test } from '@playwright/test';
import { exitCodeOf } from '../../src/cli/keep/exit-code.ts';
import { failureOf } from '../../src/keep/cause.ts';
import { TwoFactorError } from '../../src/core/errors.ts';
import type { KeepCause } from '../../src/keep/cause.ts';

const status = (alive: boolean | undefined, cause?: KeepCause): Parameters<typeof exitCodeOf>[0][0] => ({
  ...{ name: 'alice', nextAt: 0, failures: 0 },
  ...(alive === undefined ? {} : { alive }),
  ...(cause ? { cause } : {}),
});

for (const [what, code, profiles] of [
  ['every session is alive', 0, [status(true), status(true)]],
  ['a session is dead', 1, [status(true), status(false)]],
  ['nothing is known', 1, [status(undefined)]],
  ['a live session was not renewed', 1, [status(true, 'failed')]],
  ['an account is locked', 3, [status(false, 'locked'), status(true)]],
  ['a person is needed', 4, [status(false, 'locked'), status(false, 'person')]],
  ['a password was refused', 5, [status(false, 'person'), status(false, 'refused')]],
  ['a site does not answer', 6, [status(true, 'unreachable'), status(false, 'failed')]],
] as const) {
  test(`the exit code is ${code} if ${what}`, () => expect(exitCodeOf(profiles)).toBe(code));
}

const error = (code: TwoFactorError['code'], details?: object): TwoFactorError =>
  new TwoFactorError(code, 'Text.', details ? { details } : {});

for (const [cause, wasProbing, thrown] of [
  ['locked', false, error('SIGN_IN_LOCKED')],
  ['locked', false, error('SIGN_IN_REFUSED')],
  ['refused', false, error('SIGN_IN_BLOCKED', { refusal: 'password' })],
  ['locked', false, error('SIGN_IN_BLOCKED', { refusal: 'lockout', until: new Date(0) })],
  ['person', false, error('HUMAN_TIMEOUT')],
  ['person', false, error('PROFILE_NOT_SIGNED_IN', { needsPerson: true })],
  ['unreachable', true, error('PROFILE_NOT_SIGNED_IN')],
  ['failed', false, error('PROFILE_NOT_SIGNED_IN')],
  ['unreachable', false, error('SOURCE_UNREACHABLE')],
  ['failed', false, new Error('page.goto: net::ERR')],
  ['unreachable', true, new Error('fetch failed')],
] as const) {
  test(`the cause of ${thrown.name === 'Error' ? thrown.message : JSON.stringify(thrown)} is "${cause}", probing: ${wasProbing}`, () => {
    expect(failureOf(thrown, wasProbing).cause).toBe(cause);
  });
}
