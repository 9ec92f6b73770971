import { expect, test } from '@playwright/test';
import { findDestination } from '../../src/challenge/destination.ts';

for (const [text, by, destination] of [
  ['We sent it to a•••@x.com.', 'email', 'a•••@x.com'],
  ['Sent to j***@e***.com', 'email', 'j***@e***.com'],
  ['Text message to •• 42', 'phone', '•• 42'],
  ['We texted +1 (***) ***-1234.', 'phone', '+1 (***) ***-1234'],
  ['We sent it to XXX-XXX-1234', 'phone', 'XXX-XXX-1234'],
  ['the number ending in 42', 'phone', '•• 42'],
  ['die Nummer, die auf 42 endet auf 42', 'phone', '•• 42'],
  ['尾号为 4242 的手机', 'phone', '•• 4242'],
] as const) {
  test(`"${text}" names a destination`, () => {
    expect(findDestination(text)).toEqual({ by, text: destination });
  });
}

for (const text of ['Enter the 6-digit code.', 'Version 2.14', 'It takes 10 minutes']) {
  test(`"${text}" names no destination`, () => {
    expect(findDestination(text)).toBeUndefined();
  });
}
