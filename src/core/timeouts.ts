/** Maximum time of a wait for a message, in milliseconds. */
export const MESSAGE_TIMEOUT = 20_000;

/** Maximum time of one sign-in, in milliseconds. */
export const SIGN_IN_TIMEOUT = 90_000;

/** Maximum wait for a lease that other tests hold for as long as they run, in milliseconds. */
export const TEST_LEASE_TIMEOUT: number = 30 * 60_000;
