import type { PersonaSettings } from 'playwright-2fa';

/** A user of the application. */
export interface GlewlwydUser extends PersonaSettings {
  readonly username: string;
  readonly password: string;
}

const password = 'Glewlwyd-Pass-4711';
const totp = 'otpauth://totp/Glewlwyd:gwen?secret=PFSXGIDUNBUXGIDPNZSSAZTPOIQGO53F&issuer=Glewlwyd';
/** The only passkey. It opens nothing else. */
const passkey = {
  id: 'Z2xld2x3eWQta2V5LW9mLXRoZS10ZXN0cy0wMDAx',
  rpId: 'localhost',
  userHandle: 'Z2xld2x3eWQta2V5',
  privateKey:
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQguXf3b_zWjyW8WyqxAwPyBUTXAOWogq6Jy22zbzfOfHihRANCAAQeCqknFWMTqLt3mnKjglNmuK6WAUD2ptORKhuPEbe515QQFCZuRzr4z06Arkz1xf8uROhCZrx2GsdcF3f2tFut',
  publicKey:
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEHgqpJxVjE6i7d5pyo4JTZriulgFA9qbTkSobjxG3udeUEBQmbkc6-M9OgK5M9cX_LkToQma8dhrHXBd39rRbrQ',
};

/** Users that are there from the start. Their secrets open nothing else. */
export const GLEWLWYD_USERS = {
  gwen: { username: 'gwen', password, totp },
  glyn: { username: 'glyn', password, email: 'glyn@acme.test' },
  gareth: { username: 'gareth', password, passkeys: [passkey] },
  /** A user with two factors. The page asks for the mailed code first, and has the other in a menu. */
  gethin: { username: 'gethin', password, email: 'gethin@acme.test', totp: totp.replace('gwen', 'gethin') },
} satisfies Record<string, GlewlwydUser>;
