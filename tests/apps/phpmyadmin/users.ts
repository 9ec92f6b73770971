import type { PersonaSettings } from 'playwright-2fa';

/** A user of the application and of its database. */
export interface PhpMyAdminUser extends PersonaSettings {
  readonly username: string;
  readonly password: string;
}

/** The only passkey. It opens nothing else. */
const passkey = {
  id: 'cGhwbXlhZG1pbi1rZXktb2YtdGhlLXRlc3RzLTAwMDE',
  rpId: 'localhost',
  userHandle: 'cGhwbXlhZG1pbi1rZXk',
  privateKey:
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgeuLrw-pI8du5XlG05vTuIS7TKXxPTKET0ds7v0DR0D-hRANCAAQYnwAIo3L4DrN3JekxJzw0TtqcLWlfcrjOd7ATiFfGCIfzKqhJ-6UGKRF-RyheM7gZQNW9eD3-sDkaEfTq7Nv4',
  publicKey:
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEGJ8ACKNy-A6zdyXpMSc8NE7anC1pX3K4znewE4hXxgiH8yqoSfulBikRfkcoXjO4GUDVvXg9_rA5GhH06uzb-A',
};

/** Users that are there from the start. Their secrets open nothing else. */
export const PHPMYADMIN_USERS = {
  pavla: { username: 'pavla', password: 'Pma-Pass-4711', passkeys: [passkey] },
  /** A user whose second step is a button alone. */
  petr: { username: 'petr', password: 'Pma-Pass-4712' },
} satisfies Record<string, PhpMyAdminUser>;
