import { expect, test } from '@playwright/test';
import fc from '../support/property.ts';
import { readCredentials } from '../../src/persona/credentials.ts';
import { type TwoFactorSettings, checkSettings } from '../../src/project/settings.ts';
import { thrownBy } from '../support/thrown.ts';

/** Long enough not to occur in a message by chance. */
const password = fc.string({ unit: 'binary', minLength: 12, maxLength: 40 }).filter((text) => text.trim() !== '');
const base32 = fc.stringMatching(/^[A-Z2-7]{16,64}$/);
/** Invalid seeds, each with the Base32 of a valid seed in it. */
const brokenSeed = (seed: string): fc.Arbitrary<string> =>
  fc.constantFrom(
    `${seed}1`,
    `0${seed}`,
    `${seed}!`,
    `${seed}é${seed}`,
    `https://acme.example/?secret=${seed}`,
    `otpauth://${seed}`,
    `otpauth://${seed}/Acme?secret=${seed}`,
    `otpauth://hotp/Acme:alice?secret=${seed}&counter=-1`,
    `otpauth://totp/Acme:alice?secret=${seed}1`,
    `otpauth://totp/Acme:alice?secret=${seed}&digits=${seed}`,
    `otpauth://totp/Acme:alice?secret=${seed}&period=${seed}`,
    `otpauth://totp/Acme:alice?secret=${seed}&algorithm=${seed}`,
    `otpauth://totp/Acme:alice?key=${seed}`,
    `otpauth://[${seed}`,
    `otpauth-migration://offline?data=${seed}`,
    seed.repeat(20),
  );

test('the error for an invalid persona contains neither password nor seed', async () => {
  const place = fc.constantFrom('configuration', 'environment', 'both');
  const broken = base32.chain((seed) => fc.record({ seed: fc.constant(seed), totp: brokenSeed(seed) }));
  await fc.assert(
    fc.asyncProperty(password, broken, place, async (password, { seed, totp }, place) => {
      const own = place === 'environment' ? {} : { password, totp };
      const given = { PERSONA_ALICE_PASSWORD: `${password}+`, PERSONA_ALICE_TOTP: `${totp}A` };
      const { message, cause } = await thrownBy(() =>
        readCredentials('alice', {
          personas: { alice: { ...own, email: 'alice' } },
          env: place === 'configuration' ? {} : given,
        }),
      );
      expect(message).toContain('Persona "alice" is invalid');
      expect(message).toContain('`totp` ');
      expect(message.toUpperCase()).not.toContain(seed);
      expect(message).not.toContain(password);
      expect(cause).toBeUndefined();
    }),
    { numRuns: 500 },
  );
});

test.describe('an error about the URL of a sink does not contain its token', () => {
  for (const sinkUrl of [
    'ftp://any:Correct-Horse-4711@sink.example:8025',
    'any:Correct-Horse-4711@sink.example:8025',
    'http:/any:Correct-Horse-4711@sink.example:8025',
    'http:///any:Correct-Horse-4711@sink.example:8025',
  ]) {
    test(sinkUrl.replace('Correct-Horse-4711', 'TOKEN'), async () => {
      const { message } = await thrownBy(() => checkSettings({ sinkUrl } satisfies TwoFactorSettings));
      expect(message).toContain('`sinkUrl`');
      expect(message).toContain('sink.example:8025');
      expect(message).not.toContain('Correct-Horse-4711');
    });
  }
});
