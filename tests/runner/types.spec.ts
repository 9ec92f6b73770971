import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '../support/run-playwright.ts';

const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

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

for (const type of ['module', 'commonjs']) {
  test(`a strict ${type} project type-checks its use of the package`, ({ userFolder }) => {
    const folder = mkdtempSync(join(userFolder, 'types-'));
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      skipLibCheck: true,
      types: [],
    };
    const modern = { module: 'nodenext', target: 'es2022', lib: ['es2022', 'esnext.disposable', 'dom'] };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type }));
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...compilerOptions, ...modern } }),
    );
    writeFileSync(join(folder, 'uses.ts'), USES);
    const complaints = ((): string => {
      try {
        return execFileSync(process.execPath, [TSC, '-p', folder], { encoding: 'utf8' });
      } catch (error) {
        return (error as { stdout: string }).stdout;
      }
    })();
    expect(complaints).toBe('');
  });
}
