import type { PersonaSettings } from 'playwright-2fa';
import { encodeBase32 } from './base32.ts';
import { FULL } from './full.ts';

/**
 * Period of the authenticators of the site under test, in seconds. Shorter than the usual 30 s, for tests that take
 * several codes of one authenticator.
 */
export const TOTP_PERIOD = 10;

/** Users that the site under test has from the start. Their secrets open nothing else. */
export const STORED_PERSONAS = {
  alice: {
    email: 'alice@acme.test',
    password: 'Correct-Horse-4711',
    totp: `otpauth://totp/Acme:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme&period=${TOTP_PERIOD}`,
    phone: '+12025550143',
  },
  carol: { email: 'carol@acme.test', password: 'Staple-Battery-4713' },
  /** For one test only, which counts its sign-ins. */
  dave: { email: 'dave@acme.test', password: 'Staple-Battery-4714' },
  /** For the tests of eight workers only. */
  erin: {
    email: 'erin@acme.test',
    password: 'Staple-Battery-4715',
    totp: `otpauth://totp/Acme:erin?secret=MF2XI2DFNZ2GSY3BORXXELLPMYWWK4TJNY&issuer=Acme&period=${TOTP_PERIOD}`,
    phone: '+12025550145',
  },
  frank: {
    email: 'frank@acme.test',
    password: 'Staple-Battery-4716',
    totp: `otpauth://totp/Acme:frank?secret=MF2XI2DFNZ2GSY3BORXXELLPMYWWM4TBNZVQ&issuer=Acme&period=${TOTP_PERIOD}`,
    phone: '+12025550146',
  },
  bob: { email: 'bob@acme.test', password: 'Battery-Staple-4712' },
} satisfies Record<string, PersonaSettings>;

/** Number of consecutive sign-ins. `PLAYWRIGHT_2FA_FULL=1` gives that of a nightly run. */
export const MANY = FULL ? 200 : 10;

type Resident = PersonaSettings & { readonly totp: string; readonly phone: string };

/** Personas that sign in once each, so that no test waits for the next TOTP step or for another test's mail. */
export const CROWD = people('crowd', '+12025565', MANY / 2);
/** Personas for each way to sign in as a stored persona. */
export const VISITORS = people('visitor', '+12025567', 11);
/** Personas for the tests of agents, which sign in once each. */
export const AGENTS = people('agent', '+12025569', 10);
/** Personas of the examples for agents. */
export const ASSISTANTS = people('assistant', '+12025566', 3);
/** A persona for runs of users' projects. */
export const GUEST = people('guest', '+12025568', 1)['guest-0']!;

function people(name: string, numbers: string, count: number): Readonly<Record<string, Resident>> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const secret = encodeBase32(Buffer.from(`authenticator-of-${name}-${String(index).padStart(3, '0')}`));
      const totp = `otpauth://totp/Acme:${name}?secret=${secret}&issuer=Acme&period=${TOTP_PERIOD}`;
      const phone = `${numbers}${String(index).padStart(3, '0')}`;
      const email = `${name}-${index}@acme.test`;
      return [`${name}-${index}`, { email, password: `${name}-${index}-of-Horses`, totp, phone }];
    }),
  );
}

/** Returns the users for the site's server. */
export function seedUsers(): object[] {
  return Object.values({ ...STORED_PERSONAS, ...CROWD, ...VISITORS, ...AGENTS, ...ASSISTANTS, guest: GUEST }).map(
    ({ email, password, ...rest }) => ({
      email,
      password,
      ...('totp' in rest ? { phone: rest.phone, totpSecret: new URL(rest.totp).searchParams.get('secret') } : {}),
    }),
  );
}
