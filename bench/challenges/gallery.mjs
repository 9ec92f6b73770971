/** Serves the pages of tests/gallery on their two origins, with stubs for captcha vendors. */
import { readFile } from 'node:fs/promises';

const ROOT = new URL('../../tests/gallery/', import.meta.url);
export const SITE = 'https://site.example';
const FRAMES = 'https://frames.example';
/** URLs of captcha frames. They are served with a stub of the same size. */
const CAPTCHAS = /^https:\/\/(?:www\.google\.com\/recaptcha|newassets\.hcaptcha\.com|challenges\.cloudflare\.com)\//;

/**
 * @typedef {object} Entry
 * @property {string} page file name
 * @property {string} [url] path to serve it at, if the path matters
 * @property {string} kind
 * @property {string[]} factors
 * @property {string} [destination]
 * @property {number} [length]
 * @property {{ role: string, selectors: string[], optional?: boolean }[]} fields
 * @property {string} [submit] label of the submit control; empty if there is none. The same holds for the next two
 * @property {string} [otherWay]
 * @property {string} [resend]
 * @property {string} [dismiss] label of the control that dismisses the page without side effects; empty if there is none
 * @property {string[]} [neverFill]
 * @property {string} why
 * @property {string} language
 * @property {'dev' | 'held' | 'blind' | 'fresh' | 'apps'} part
 * @property {{ kind: string, fields: number }} [firstLook] first reading of a `blind` or `fresh` page, before fixes
 */

/** @returns {Promise<Entry[]>} */
export async function readGallery() {
  return JSON.parse(await readFile(new URL('gallery.json', ROOT), 'utf8'));
}

/** Routes all requests of a page to the gallery. Other requests get a 404, so that nothing leaves the machine. */
export async function serve(page, entry) {
  await page.route('**/*', async (route) => {
    const url = new URL(route.request().url());
    const file = fileFor(url, entry, route.request());
    if (!file) return await route.fulfill({ status: 404, body: '' });
    await route.fulfill({ contentType: 'text/html; charset=utf-8', body: await readFile(new URL(file, ROOT)) });
  });
  return new URL(entry.url ?? '/', SITE).href;
}

function fileFor(url, entry, request) {
  if (url.origin === SITE && request.isNavigationRequest() && !request.frame().parentFrame()) return entry.page;
  if (url.origin === FRAMES) return `frames${url.pathname}`;
  if (CAPTCHAS.test(url.href)) return 'frames/captcha.html';
}
