import { fileLedger } from '../../src/ledger/file-ledger.ts';
import { RecoveryCodes } from '../../src/otp/recovery-codes.ts';
import { FakeRuntime } from '../support/fake-runtime.ts';
import { expect, test } from '../support/temp-folder.ts';

const CODES = Array.from({ length: 10 }, (_, index) => `code-${index}-of-ten`);

test('gives each code once, whoever asks, and says when all are used', async ({ folder }) => {
  const ledger = fileLedger({ folder });
  const takers = Array.from(
    { length: 4 },
    () => new RecoveryCodes('alice', CODES, new FakeRuntime(), () => Promise.resolve(ledger)),
  );
  const taken = await Promise.all(CODES.map((_, index) => takers[index % takers.length]!.code()));
  expect(taken.toSorted()).toEqual(CODES);
  await expect(takers[0]!.code()).rejects.toMatchObject({
    code: 'RECOVERY_CODES_SPENT',
    message: expect.stringContaining('has used all of its 10 recovery codes'),
  });
});

test('says so when it has none', async () => {
  const none = new RecoveryCodes('bob', [], new FakeRuntime(), undefined);
  await expect(none.code()).rejects.toMatchObject({ code: 'RECOVERY_CODES_SPENT' });
});
