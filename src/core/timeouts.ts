/** Maximum time of one sign-in, in milliseconds. */
export const SIGN_IN_TIMEOUT = 90_000;
