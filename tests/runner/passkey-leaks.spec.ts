import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { searchPlainly } from '../support/plain-search.ts';
import { configFile, expect, test } from '../support/run-playwright.ts';

const SPEC = `
import { appendFileSync } from 'node:fs';
import { expect, test } from 'playwright-2fa';
for (const engine of ['playwright', 'cdp'] as const) {
  test.describe(engine, () => {
    test.use({ twoFactor: async ({ twoFactor }, use) => use({ ...twoFactor, passkey: { engine } }) });
    test('registers a passkey, and fails', async ({ page, passkey }) => {
      await page.route('https://acme.example/**', (route) => route.fulfill({ contentType: 'text/html', body: 'Acme' }));
      await page.goto('https://acme.example/');
      const prompt = () => page.evaluate(async () => {
        const challenge = new Uint8Array(32);
        const given = await navigator.credentials.get({ publicKey: { challenge, rpId: 'acme.example' } });
        return given?.id;
      });
      const { id, privateKey } = await passkey.create('acme.example');
      expect(await prompt()).toBe(id);
      await passkey.simulate({ userVerified: false });
      expect(await prompt()).toBe(id);
      await passkey.simulate({ signCount: 'stale' });
      expect(await prompt()).toBe(id);
      const key = privateKey.reveal();
      appendFileSync('truth.txt', key + '\\n' + Buffer.from(key, 'base64url').toString('base64') + '\\n');
      expect(engine).toBe('none');
    });
  });
}
`;

test('the private key of a passkey is in no artifact, with either engine', async ({ runPlaywright }) => {
  const config = `{ outputDir: 'results', reporter: [['list']], use: { ...use, trace: 'on' } }`;
  const { output, projectFolder, failed } = await runPlaywright(
    { 'playwright.config.ts': configFile(config), 'passkey.spec.ts': SPEC },
    { ownReporters: true },
  );
  expect(failed, output).toBe(2);
  expect(output.match(/Expected: "none"/g), output).toHaveLength(2);
  const keys = readFileSync(join(projectFolder, 'truth.txt'), 'utf8').trim().split('\n');
  expect(keys).toHaveLength(4);
  expect(await searchPlainly([join(projectFolder, 'results')], keys)).toEqual([]);
});
