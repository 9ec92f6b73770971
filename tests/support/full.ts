/** True if tests run at the size that the product promises, which takes minutes. */
export const FULL = process.env['PLAYWRIGHT_2FA_FULL'] === '1';

/** Number of older messages in the box of a source, where another test of the suite has 500. */
export const CROWD = FULL ? 500 : 60;
