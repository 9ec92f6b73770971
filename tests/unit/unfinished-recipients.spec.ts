import { expect, test } from '@playwright/test';
import { UnfinishedRecipients } from '../../src/sink/unfinished-recipients.ts';

test('the recipients of all unfinished mails are limited in size together, until a mail ends', () => {
  const recipients = new UnfinishedRecipients();
  const [one, other] = [{}, {}];
  const address = `${'x'.repeat(1000)}@acme.test`;
  let count = 0;
  while (count < 100_000 && recipients.add(count % 2 === 0 ? one : other, address)) count++;
  // Less than 32 MiB.
  expect(count * address.length).toBeGreaterThan(20 * 1024 * 1024);
  expect(count * address.length).toBeLessThan(32 * 1024 * 1024);
  expect(recipients.add({}, 'alice@acme.test'.padStart(1000, 'x'))).toBe(false);
  recipients.drop(one);
  expect(recipients.add({}, address)).toBe(true);
});
