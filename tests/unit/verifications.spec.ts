import { expect, test } from '@playwright/test';
import { Verifications } from '../../src/sink/gateways/verifications.ts';

const MINUTE = 60_000;
const REQUEST = { service: 'VA1', account: 'AC1', to: '+12025550143', channel: 'sms', length: 6 };

/** Verifications whose codes are 000001, 000002 and so on, with a clock that a test turns. */
function setUp(): { verifications: Verifications; clock: { now: number } } {
  const clock = { now: 0 };
  let count = 0;
  const makeCode = (length: number): string => String(++count).padStart(length, '0');
  return { verifications: new Verifications({ now: () => clock.now, makeCode }), clock };
}

test('a code approves once, and is gone then', () => {
  const { verifications } = setUp();
  verifications.start(REQUEST);
  expect(verifications.check('VA1', REQUEST, '000001')).toMatchObject({
    isRight: true,
    verification: { status: 'approved' },
  });
  expect(verifications.check('VA1', REQUEST, '000001')).toBe('gone');
});

test('a code has five attempts, and a sixth is refused even if it is right', () => {
  const { verifications } = setUp();
  verifications.start(REQUEST);
  for (let count = 0; count < 5; count++)
    expect(verifications.check('VA1', REQUEST, '999999')).toMatchObject({ isRight: false });
  expect(verifications.check('VA1', REQUEST, '000001')).toBe('too many');
});

test('a code is valid for ten minutes, counted from the first time it was sent', () => {
  const { verifications, clock } = setUp();
  verifications.start(REQUEST);
  clock.now = 9 * MINUTE;
  verifications.start(REQUEST);
  clock.now = 10 * MINUTE - 1;
  expect(verifications.check('VA1', REQUEST, '999999')).toMatchObject({ isRight: false });
  clock.now = 10 * MINUTE;
  expect(verifications.check('VA1', REQUEST, '000001')).toBe('gone');
  expect(verifications.start(REQUEST)).toMatchObject({ code: '000002', checks: 0 });
});

test('a code that is asked for again stays the same, up to five times', () => {
  const { verifications } = setUp();
  const [first, ...more] = Array.from({ length: 5 }, () => verifications.start(REQUEST));
  for (const again of more) expect(again).toMatchObject({ code: '000001', sid: (first as { sid: string }).sid });
  expect(verifications.start(REQUEST)).toBe('too many');
});

test('each recipient of each service has a code of its own', () => {
  const { verifications } = setUp();
  for (const request of [REQUEST, { ...REQUEST, to: '+12025550144' }, { ...REQUEST, service: 'VA2' }])
    verifications.start(request);
  expect(verifications.check('VA1', REQUEST, '000002')).toMatchObject({ isRight: false });
  expect(verifications.check('VA2', REQUEST, '000003')).toMatchObject({ isRight: true });
  expect(verifications.check('VA1', { to: '+12025550144' }, '000002')).toMatchObject({ isRight: true });
});

test('those that have expired are not kept', () => {
  const { verifications, clock } = setUp();
  for (let count = 0; count < 100; count++) verifications.start({ ...REQUEST, to: `+1${count}` });
  expect(verifications.size).toBe(100);
  clock.now = 10 * MINUTE;
  verifications.start(REQUEST);
  expect(verifications.size).toBe(1);
});

test('the oldest are forgotten when there are ten thousand', () => {
  const { verifications } = setUp();
  for (let count = 0; count <= 10_000; count++) verifications.start({ ...REQUEST, to: `+1${count}` });
  expect(verifications.find('VA1', '+10')).toBeUndefined();
  expect(verifications.find('VA1', '+11')).toBeDefined();
});

test('codes of their own making have the length that is asked for', () => {
  for (const length of [4, 6, 10]) {
    const codes = Array.from({ length: 200 }, (_, index) =>
      new Verifications().start({ ...REQUEST, length, to: `+1${index}` }),
    );
    for (const { code } of codes as { code: string }[]) expect(code).toMatch(new RegExp(`^\\d{${length}}$`));
  }
});
