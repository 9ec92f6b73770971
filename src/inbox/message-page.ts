import { randomUUID } from 'node:crypto';
import type { Page, Route } from '@playwright/test';
import { readMailFiles } from '../message/mail-files.ts';
import { renderMailPage } from '../message/mail-page.ts';
import type { Message } from '../message/message.ts';

/** Origin of messages that are opened as pages. No site has it (RFC 6761), so it shares no cookies and no storage with one. */
const MESSAGE_ORIGIN = 'http://message.playwright-2fa.invalid';

/**
 * Opens a message in a page. The page is served by the test itself, with a policy that lets nothing run, submit or load.
 * Links work as on any page. The address keeps working for `goBack()` and `reload()`.
 */
export async function openMessagePage(page: Page, message: Message, remoteImages = false): Promise<void> {
  const files = message.raw ? await readMailFiles(message.raw) : [];
  const { html, policy } = renderMailPage(message, { files, remoteImages });
  const url = `${MESSAGE_ORIGIN}/${randomUUID()}`;
  const serve = (route: Route): Promise<void> =>
    route.fulfill({
      body: html,
      contentType: 'text/html; charset=utf-8',
      headers: { 'content-security-policy': policy, 'referrer-policy': 'no-referrer', 'x-dns-prefetch-control': 'off' },
    });
  await page.route(({ href }) => href === url, serve);
  if (!remoteImages) return void (await page.goto(url));
  // Browsers let no page that may be public load pictures of this machine, where the application of a test often is.
  const fetchImage = async (route: Route): Promise<void> => {
    if (route.request().resourceType() !== 'image') return await route.fallback();
    try {
      await route.fulfill({ response: await route.fetch() });
    } catch {
      await route.abort().catch(() => undefined); // the page may be closed
    }
  };
  const isRemote = ({ href }: URL): boolean => href !== url;
  await page.route(isRemote, fetchImage);
  await page.goto(url); // until its pictures are loaded
  await page.unroute(isRemote, fetchImage);
}
