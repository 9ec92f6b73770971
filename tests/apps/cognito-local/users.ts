import type { PersonaSettings } from 'playwright-2fa';

export const COGNITO_LOCAL_USERS: Readonly<Record<string, PersonaSettings>> = {
  cora: { email: 'cora@acme.test', phone: '+12025550187' },
};
