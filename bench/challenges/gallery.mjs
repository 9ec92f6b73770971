/** The pages of tests/gallery, served on the two origins that they know, with stubs of what others would serve. */
import { readFile } from 'node:fs/promises';

const ROOT = new URL('../../tests/gallery/', import.meta.url);
export const SITE = 'https://site.example';
const FRAMES = 'https://frames.example';
/** Who frames a captcha: the page knows the address, and gets a box that looks like it. */
const CAPTCHAS = /^https:\/\/(?:www\.google\.com\/recaptcha|newassets\.hcaptcha\.com|challenges\.cloudflare\.com)\//;

/**
 * @typedef {object} Entry
 * @property {string} page its file
 * @property {string} [url] where it is served, for the address is part of what a page says; else nothing is to be told from it
 * @property {string} kind
 * @property {string[]} factors
 * @property {string} [destination]
 * @property {number} [length]
 * @property {{ role: string, selectors: string[], optional?: boolean }[]} fields
 * @property {string} [submit] what sends it, empty when it sends itself; so with the two that follow
 * @property {string} [otherWay]
 * @property {string} [resend]
 * @property {string} [dismiss] the button that goes past the page and does nothing else; empty when none is to be named
 * @property {string[]} [neverFill]
 * @property {string} why
 * @property {string} language
 * @property {'dev' | 'held' | 'blind' | 'fresh' | 'apps'} part
 * @property {{ kind: string, fields: number }} [firstLook] what was read of a page of the last two before the reader was mended
 */

/** @returns {Promise<Entry[]>} */
export async function readGallery() {
  return JSON.parse(await readFile(new URL('gallery.json', ROOT), 'utf8'));
}

/** Nothing leaves the machine: what is not of the gallery is not there. */
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
