import type { PersonaSettings } from 'playwright-2fa';
import { encodeBase32 } from './base32.ts';

/** Users that the site under test has from the start. Their secrets open nothing else. */
export const STORED_PERSONAS = {
  alice: {
    email: 'alice@acme.test',
    password: 'Correct-Horse-4711',
    totp: 'otpauth://totp/Acme:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme',
    phone: '+12025550143',
  },
  /** One test file only is erin, so that nobody else waits for her mail. */
  erin: {
    email: 'erin@acme.test',
    password: 'Horse-Staple-4715',
    totp: 'otpauth://totp/Acme:erin?secret=MVZGS3RNMF2XI2DFNZ2GSY3BORXXELJR&issuer=Acme',
    phone: '+12025550145',
  },
  carol: { email: 'carol@acme.test', password: 'Staple-Battery-4713' },
  /** Its sign-ins are counted: one test only is dave. */
  dave: { email: 'dave@acme.test', password: 'Staple-Battery-4714' },
  bob: { email: 'bob@acme.test', password: 'Battery-Staple-4712' },
} satisfies Record<string, PersonaSettings>;

/** How many sign-ins in a row are tried; as many as a nightly run has with `PLAYWRIGHT_2FA_FULL=1`. */
export const MANY = process.env['PLAYWRIGHT_2FA_FULL'] ? 200 : 10;

/** Each signs in once, so that none waits for its authenticator's next code. */
export const CROWD: Readonly<Record<string, PersonaSettings & { readonly totp: string; readonly phone: string }>> =
  Object.fromEntries(
    Array.from({ length: MANY / 2 }, (_, index) => {
      const secret = encodeBase32(Buffer.from(`authenticator-of-${String(index).padStart(3, '0')}`));
      const totp = `otpauth://totp/Acme:crowd?secret=${secret}&issuer=Acme`;
      const phone = `+1202556${String(index).padStart(4, '0')}`;
      return [
        `crowd-${index}`,
        { email: `crowd-${index}@acme.test`, password: `Crowd-${index}-of-Horses`, totp, phone },
      ];
    }),
  );

/** What the site's server is told to make them. */
export function seedUsers(): object[] {
  return Object.values({ ...STORED_PERSONAS, ...CROWD }).map(({ email, password, ...rest }) => ({
    email,
    password,
    ...('totp' in rest ? { phone: rest.phone, totpSecret: new URL(rest.totp).searchParams.get('secret') } : {}),
  }));
}
