import type { PersonaSettings } from 'playwright-2fa';

/** A user of the application, with all of its factors enrolled. */
export interface MeshCentralUser extends PersonaSettings {
  readonly username: string;
  readonly password: string;
}

/** The only passkey. It opens nothing else. */
const passkey = {
  id: 'bWVzaGNlbnRyYWwta2V5LW9mLXRoZS10ZXN0cy0wMDAx',
  rpId: 'mesh.localhost',
  userHandle: 'bWVzaGNlbnRyYWwta2V5',
  privateKey:
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg-7D7Bp2Na9x-_KQ-p2HXOVnFZHBks6OMQMB_TGyEG6ChRANCAASRV-7XjO0TGr691Du0YEp83ifzQ_H4TmwQGvLckfPDmY0PgBrRhZPV46hZiWgAIUlnTPpPyMCY2zWMdELEywrm',
  publicKey:
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEkVfu14ztExq-vdQ7tGBKfN4n80Px-E5sEBry3JHzw5mND4Aa0YWT1eOoWYloACFJZ0z6T8jAmNs1jHRCxMsK5g',
};

/** The user that is there from the start. Its secrets open nothing else. */
export const MESHCENTRAL_USERS = {
  mona: {
    username: 'mona',
    password: 'Mesh-Pass-4711',
    email: 'mona@acme.test',
    phone: '+15555550147',
    totp: 'otpauth://totp/Mesh:mona?secret=NVSXG2BNN5TC23LPNZQS24DBON2A&issuer=Mesh',
    passkeys: [passkey],
  },
} satisfies Record<string, MeshCentralUser>;
