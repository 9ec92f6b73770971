import type { PersonaSettings } from 'playwright-2fa';

/** The only user of the application. The secrets open nothing else. */
export const UPTIME_KUMA_USERS = {
  kim: {
    username: 'kim',
    password: 'Kuma-Pass-4711',
    totp: 'otpauth://totp/Uptime%20Kuma:kim?secret=OVYHI2LNMUWWW5LNMEWW6ZRNORSXG5DT&issuer=Uptime%20Kuma',
  },
} satisfies Record<string, PersonaSettings>;
