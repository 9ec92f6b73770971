/** Matches the path of a page that belongs to a sign-in: `/login`, `/auth/2fa`, `/webauthn`. */
export const SIGN_IN_PATH: RegExp =
  /(?:^|[/_.-])(?:log-?[io]n|sign-?[io]n|sso|auth\w*|2fa|mfa|otp|totp|webauthn|verif\w*|challenge|factors?|consent|errors?|denied|session)(?:[/_.-]|$)/i;
