import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readEnvironment } from '../../src/project/environment.ts';
import { expect, test } from '../support/temp-folder.ts';

const DOT_ENV = `# users of the test system
PERSONA_ALICE_EMAIL=alice@acme.test
export PERSONA_ALICE_PASSWORD="Correct #Horse=4711"
PERSONA_ALICE_TOTP='GEZD GNBV'
PERSONA_BOB_PASSWORD=
`;

test('.env is read', async ({ folder }) => {
  await writeFile(join(folder, '.env'), DOT_ENV);
  expect(await readEnvironment(folder, {})).toEqual({
    PERSONA_ALICE_EMAIL: 'alice@acme.test',
    PERSONA_ALICE_PASSWORD: 'Correct #Horse=4711',
    PERSONA_ALICE_TOTP: 'GEZD GNBV',
    PERSONA_BOB_PASSWORD: '',
  });
});

test('variables of the process take precedence', async ({ folder }) => {
  await writeFile(join(folder, '.env'), DOT_ENV);
  const read = await readEnvironment(folder, { PERSONA_ALICE_EMAIL: 'alice@ci.test', HOME: '/home' });
  expect(read).toMatchObject({ PERSONA_ALICE_EMAIL: 'alice@ci.test', PERSONA_ALICE_TOTP: 'GEZD GNBV', HOME: '/home' });
});

test('the environment of the process is not modified', async ({ folder }) => {
  await writeFile(join(folder, '.env'), 'PERSONA_UNTOUCHED_EMAIL=alice@acme.test');
  const before = { ...process.env };
  expect(await readEnvironment(folder)).toMatchObject({ ...before, PERSONA_UNTOUCHED_EMAIL: 'alice@acme.test' });
  expect(process.env).toEqual(before);
});

test('a missing .env file is not an error', async ({ folder }) => {
  expect(await readEnvironment(folder, { A: '1' })).toEqual({ A: '1' });
});

test('a folder named .env is not an error', async ({ folder }) => {
  await mkdir(join(folder, '.env'));
  expect(await readEnvironment(folder, { A: '1' })).toEqual({ A: '1' });
});
