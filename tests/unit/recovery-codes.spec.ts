import { fileLedger } from '../../src/ledger/file-ledger.ts';
import { RecoveryCodes } from '../../src/otp/recovery-codes.ts';
import { FakeRuntime } from '../support/fake-runtime.ts';
import { expect, test } from '../support/temp-folder.ts';

const CODES = Array.from({ length: 10 }, (_, index) => `code-${index}-of-ten`);

test('each code is given once, and the error says that all are used', async ({ folder }) => {
  const ledger = fileLedger({ folder });
  const users = Array.from(
    { length: 4 },
    () => new RecoveryCodes('alice', CODES, new FakeRuntime(), () => Promise.resolve(ledger)),
  );
  const codes = await Promise.all(CODES.map((_, index) => users[index % users.length]!.code()));
  expect(codes.toSorted()).toEqual(CODES);
  await expect(users[0]!.code()).rejects.toMatchObject({
    code: 'RECOVERY_CODES_SPENT',
    message: expect.stringContaining('has used all of its 10 recovery codes'),
  });
});

test('a persona without recovery codes gets the error at once', async () => {
  const empty = new RecoveryCodes('bob', [], new FakeRuntime(), undefined);
  await expect(empty.code()).rejects.toMatchObject({ code: 'RECOVERY_CODES_SPENT' });
});
