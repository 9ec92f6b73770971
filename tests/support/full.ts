/** True if tests run at full size, which takes minutes. */
export const FULL = process.env['PLAYWRIGHT_2FA_FULL'] === '1';

/** Number of older messages in the mailbox of a source: reduced from 500 unless tests run at full size. */
export const CROWD = FULL ? 500 : 60;
