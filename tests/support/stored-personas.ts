import type { PersonaSettings } from 'playwright-2fa';

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

/** What the site's server is told to make them. */
export function seedUsers(): object[] {
  return Object.values(STORED_PERSONAS).map(({ email, password, ...rest }) => ({
    email,
    password,
    ...('totp' in rest ? { phone: rest.phone, totpSecret: new URL(rest.totp).searchParams.get('secret') } : {}),
  }));
}
