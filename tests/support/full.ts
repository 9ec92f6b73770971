/** Whether tests run at the size that the product promises, which takes minutes. */
export const FULL = process.env['PLAYWRIGHT_2FA_FULL'] === '1';
