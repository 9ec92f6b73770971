import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCommittedFolderIn, makeFolderIn } from '../../src/core/ignored-folder.ts';
import { expect, test } from '../support/temp-folder.ts';

test('a folder that is made gets a .gitignore for everything', ({ folder }) => {
  const kept = join(folder, 'a', 'kept');
  makeFolderIn(kept, join(kept, 'ledger', 'deep'));
  expect(readFileSync(join(kept, '.gitignore'), 'utf8')).toBe('*\n');
  expect(existsSync(join(folder, 'a', '.gitignore'))).toBe(false);
});

test('a folder that exists is left as it is', ({ folder }) => {
  const kept = join(folder, 'kept');
  mkdirSync(kept);
  makeFolderIn(kept, join(kept, 'ledger'));
  makeCommittedFolderIn(kept, join(kept, 'vault'));
  expect(existsSync(join(kept, '.gitignore'))).toBe(false);
  // Its name begins like that of the folder.
  makeFolderIn(join(folder, 'kept-too'), join(folder, 'kept-too'));
  expect(existsSync(join(kept, '.gitignore'))).toBe(false);
});

test('a vault can be committed, whichever is made first', ({ folder }) => {
  const [first, second, changed] = ['first', 'second', 'changed'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  makeCommittedFolderIn(first, join(first, 'vault'));
  makeFolderIn(second, join(second, 'ledger'));
  makeCommittedFolderIn(second, join(second, 'vault'));
  for (const kept of [first, second]) expect(readFileSync(join(kept, '.gitignore'), 'utf8')).toBe('/*\n!/vault/\n');
  makeFolderIn(changed, changed);
  writeFileSync(join(changed, '.gitignore'), '*\n# mine\n');
  makeCommittedFolderIn(changed, join(changed, 'vault'));
  expect(readFileSync(join(changed, '.gitignore'), 'utf8')).toBe('*\n# mine\n');
});

test('a vault that is elsewhere has no .gitignore', ({ folder }) => {
  makeCommittedFolderIn(join(folder, 'kept'), join(folder, 'secrets', 'vault'));
  makeFolderIn(undefined, join(folder, 'plain'));
  for (const name of ['kept', 'secrets', 'plain']) expect(existsSync(join(folder, name, '.gitignore'))).toBe(false);
});
