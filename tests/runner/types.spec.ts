import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, expect, test } from '../support/run-playwright.ts';

/** A spec file with valid and invalid uses of the types. */
const USES = `
import { test as base, defineConfig, mergeTests } from '@playwright/test';
import { type TwoFactorOptions, createTest, expect, test, withTwoFactor } from 'playwright-2fa';
import { type Persona, TwoFactorError, findCode, openPersona } from 'playwright-2fa/library';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(_: Same<A, B>): void {}

export default withTwoFactor(
  defineConfig<TwoFactorOptions>({ use: { personaName: 'alice', twoFactor: { timeout: 1000 } } }),
  { smtpPort: 0, profiles: { alice: { probe: '/', signIn: async ({ page, persona }) => void page.goto(persona.email) } } },
);
// @ts-expect-error a timeout is a number
withTwoFactor(defineConfig<TwoFactorOptions>({ use: { twoFactor: { timeout: 'soon' } } }));
// @ts-expect-error there is no such option
withTwoFactor(defineConfig({}), { smtpHost: '127.0.0.1' });

test.use({ personaName: 'alice', profileName: undefined });
test('types', async ({ page, persona, inbox, sms, totp, profile, personas }) => {
  const code = await inbox.waitForCode({ from: /acme/, timeout: 1000, length: 6 });
  same<typeof code, string>(true);
  same<typeof persona, Persona>(true);
  same<typeof sms.number, string>(true);
  await totp.enroll(page.getByText('otpauth'));
  await profile.refresh();
  const friend = await personas.open();
  await friend.sms.fillCode(page.getByLabel('Code'));
  // @ts-expect-error a filter has no such member
  await inbox.waitForCode({ form: 'acme' });
  expect(TwoFactorError).toBeTruthy();
});

const own = base.extend<{ greeting: string }, { shared: number }>({ greeting: 'hello', shared: [1, { scope: 'worker' }] });
createTest(own)('keeps what it had', async ({ greeting, shared, inbox, page }) => {
  same<typeof greeting, string>(true);
  same<typeof shared, number>(true);
  await inbox.openLink(page);
});
mergeTests(own, test)('keeps both', async ({ greeting, inbox }) => {
  same<typeof greeting, string>(true);
  await inbox.messages({ unreadOnly: true });
});
export const used = [findCode, openPersona];
`;

/** Uses of the types that any module kind and any resolution allows, and the internal fixtures. */
const MORE_USES = `
import type { TestType } from '@playwright/test';
import { test } from 'playwright-2fa';
import RedactingReporter, { type RedactingReporterOptions } from 'playwright-2fa/reporter';
import { describeSource } from 'playwright-2fa/testing';

type Internal<K> = Extract<K, \`_\${string}\`>;
type Args = typeof test extends TestType<infer T, infer W> ? keyof T | keyof W : never;
const isPublic: [Args] extends [never] ? false : [Internal<Args>] extends [never] ? true : Internal<Args> = true;
// @ts-expect-error a fixture that only other fixtures use
test('types', async ({ _services }) => {});
export const used = [isPublic, RedactingReporter, describeSource, {} satisfies RedactingReporterOptions];
`;

interface Setting {
  readonly module: string;
  readonly moduleResolution: string;
}

const NODE16: Setting = { module: 'node16', moduleResolution: 'node16' };
const NODENEXT: Setting = { module: 'nodenext', moduleResolution: 'nodenext' };
const BUNDLER: Setting = { module: 'esnext', moduleResolution: 'bundler' };
const NODE10: Setting = { module: 'esnext', moduleResolution: 'node10' };
const NODE10_COMMONJS: Setting = { module: 'commonjs', moduleResolution: 'node10' };

/** Compilers by the name of their package, and what they support: TypeScript 7 has no node10. */
const COMPILERS: readonly (readonly [string, readonly Setting[]])[] = [
  ['typescript', [NODE16, NODENEXT, BUNDLER]],
  ['typescript-5.9', [NODE16, NODENEXT, BUNDLER, NODE10, NODE10_COMMONJS]],
  ['typescript-5.4', [NODE16, NODENEXT, BUNDLER, NODE10, NODE10_COMMONJS]],
];

for (const [compiler, settings] of COMPILERS) {
  for (const setting of settings) {
    for (const type of ['module', 'commonjs']) {
      const { module, moduleResolution } = setting;
      test(`${compiler} checks a strict ${type} project with ${module} and ${moduleResolution}`, ({ userFolder }) => {
        const tsc = join(ROOT, 'node_modules', compiler, 'bin/tsc');
        test.skip(!existsSync(tsc), `${compiler} is not installed: npm install`);
        const folder = mkdtempSync(join(userFolder, 'types-'));
        const compilerOptions = {
          ...setting,
          strict: true,
          exactOptionalPropertyTypes: true,
          noEmit: true,
          skipLibCheck: true,
          types: [],
          target: 'es2022',
          lib: ['es2022', 'esnext.disposable', 'dom'],
        };
        writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }));
        writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
        writeFileSync(join(folder, 'uses.ts'), USES);
        writeFileSync(join(folder, 'more-uses.ts'), MORE_USES);
        expect(complaintsOf(tsc, folder)).toBe('');
      });
    }
  }
}

function complaintsOf(tsc: string, folder: string): string {
  try {
    return execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
