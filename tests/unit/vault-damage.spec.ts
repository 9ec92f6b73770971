import { readFile, writeFile } from 'node:fs/promises';
import { armor } from 'age-encryption';
import { TwoFactorError } from '../../src/core/errors.ts';
import { expect, test } from '../support/vault-test.ts';

const RECORD = { version: 1, persona: 'alice', sites: [] };

/** Bit 5 changes the case of a letter; bit 0 makes a neighbour of it. */
for (const bit of [0, 5]) {
  for (const kind of ['in ASCII armor', 'in binary']) {
    test(`with bit ${bit} of any byte changed, a file ${kind} is refused`, async ({ vault, plant }) => {
      test.slow();
      const path = await plant('alice', RECORD);
      await vault.init();
      const written = await readFile(path);
      const file = kind === 'in binary' ? armor.decode(written.toString()) : written;
      await writeFile(path, file);
      expect(await vault.read('alice')).toEqual(RECORD);
      const taken: number[] = [];
      for (let at = 0; at < file.length; at++) {
        const changed = Buffer.from(file);
        changed[at] = (changed[at] ?? 0) ^ (1 << bit);
        await writeFile(path, changed);
        const error: unknown = await vault.read('alice').catch((error: unknown) => error);
        const isRefused = error instanceof TwoFactorError && /^VAULT_(?:INVALID|KEY_WRONG)$/.test(error.code);
        if (!isRefused) taken.push(at);
      }
      expect(taken).toEqual([]);
    });
  }
}
