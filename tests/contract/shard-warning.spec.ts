import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FullConfig } from '@playwright/test/reporter';
import type { TwoFactorOptions } from 'playwright-2fa';
import { shardWarning } from '../../fixtures/shard-warning.ts';
import type { TwoFactorSettings } from '../../src/project/settings.ts';
import { mailpit } from '../../src/sources/mailpit.ts';
import { expect, test as folderTest } from '../support/temp-folder.ts';

const SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

interface Run {
  readonly settings?: TwoFactorSettings;
  readonly use?: Partial<TwoFactorOptions>;
  /** Text of `.env`. */
  readonly env?: string;
  /** Number of shards; 0 for a run without shards. @default 2 */
  readonly shards?: number;
}

const test = folderTest.extend<{ warningOf: (run: Run) => Promise<string | undefined> }>({
  warningOf: async ({ folder }, use) =>
    await use(async ({ settings = {}, use: options = {}, env = '', shards = 2 }) => {
      await writeFile(join(folder, '.env'), env);
      const projects = [{ use: { ...options, twoFactor: settings } }];
      const shard = shards === 0 ? null : { current: 1, total: shards };
      const config = { configFile: join(folder, 'playwright.config.ts'), rootDir: folder, shard, projects };
      return await shardWarning(config as unknown as FullConfig);
    }),
});

const ALICE = { personas: { alice: { totp: SEED } } };
const PROBE = { probe: '/' };
const MAILPIT = mailpit({ url: 'http://127.0.0.1:1' });

const SHARED: Readonly<Record<string, readonly [run: Run, shared: string]>> = {
  'an authenticator': [{ settings: ALICE }, 'the authenticator of persona "alice"'],
  'recovery codes': [
    { settings: { personas: { alice: { recoveryCodes: ['1111'] } } } },
    'the recovery codes of persona "alice"',
  ],
  'a profile': [{ settings: { personas: { alice: {} }, profiles: { alice: PROBE } } }, 'the profile "alice"'],
  'an authenticator of .env, and messages of a mailbox that all shards read': [
    {
      settings: { mail: MAILPIT, personas: { bob: { email: 'b@acme.test' } } },
      env: `PERSONA_CAROL_TOTP=${SEED}`,
    },
    'the messages of persona "bob"; the authenticator of persona "carol"',
  ],
  'a list of names': [{ settings: ALICE, use: { personaName: ['alice'] } }, 'a list of names'],
};

for (const [what, [run, shared]] of Object.entries(SHARED)) {
  test(`a shard that would share ${what} is warned`, async ({ warningOf }) => {
    const warning = await warningOf(run);
    expect(warning).toContain('shard 1 of 2 does not coordinate with the others');
    expect(warning).toContain(`they would share: ${shared}. `);
    expect(
      await warningOf({ ...run, env: `${run.env ?? ''}\nPLAYWRIGHT_2FA_LEDGER=redis://redis:6379` }),
    ).toBeUndefined();
  });
}

const NOT_SHARED: Readonly<Record<string, Run>> = {
  'has only new personas': {},
  'has only what a sink of its own answers': {
    settings: { personas: { alice: { password: 'x' } } },
    env: 'PERSONA_BOB_EMAIL=b@acme.test',
  },
  'signs in for each test': { settings: { profiles: { alice: { ...PROBE, isolate: true } } } },
  'is the only one': { settings: ALICE, shards: 1 },
  'is none': { settings: ALICE, shards: 0 },
};

for (const [what, run] of Object.entries(NOT_SHARED)) {
  test(`a shard that ${what} is not warned`, async ({ warningOf }) => {
    expect(await warningOf(run)).toBeUndefined();
  });
}
