import type { PersonaSettings } from 'playwright-2fa';

/** Users that the dashboard has from the start. Their secrets open nothing else. */
export const PARSE_DASHBOARD_USERS = {
  maria: {
    username: 'maria',
    password: 'Parse-Pass-4711',
    totp: 'otpauth://totp/Parse:maria?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Parse',
  },
  omar: {
    username: 'omar',
    password: 'Parse-Pass-4712',
    totp: 'otpauth://totp/Parse:omar?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA&issuer=Parse&algorithm=SHA256&digits=8&period=30',
  },
} satisfies Record<string, PersonaSettings>;
