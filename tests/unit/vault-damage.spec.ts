import { readFile, writeFile } from 'node:fs/promises';
import { armor } from 'age-encryption';
import { TwoFactorError } from '../../src/core/errors.ts';
import { expect, test } from '../support/vault-test.ts';

const RECORD = { version: 1, persona: 'alice', sites: [] };

/** Bit 5 changes the case of a letter; bit 0 changes it to an adjacent letter. */
for (const bit of [0, 5]) {
  for (const kind of ['in ASCII armor', 'in binary']) {
    test(`a file ${kind} is rejected if bit ${bit} of any byte changes`, async ({ vault, plant }) => {
      test.slow();
      const path = await plant('alice', RECORD);
      await vault.init();
      const written = await readFile(path);
      const file = kind === 'in binary' ? armor.decode(written.toString()) : written;
      await writeFile(path, file);
      expect(await vault.read('alice')).toEqual(RECORD);
      const accepted: number[] = [];
      for (let at = 0; at < file.length; at++) {
        const changed = Buffer.from(file);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        await writeFile(path, changed);
        const error: unknown = await vault.read('alice').catch((error: unknown) => error);
        const isRejected = error instanceof TwoFactorError && /^VAULT_(?:INVALID|KEY_WRONG)$/.test(error.code);
        if (!isRejected) accepted.push(at);
      }
      expect(accepted).toEqual([]);
    });
  }
}
