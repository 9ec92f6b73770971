import type { Page } from '@playwright/test';
import { callIn } from '../core/page-script.ts';
import type { PageIdle } from './page-idle.ts';

/**
 * True if a page that asks to open a link in a mail may sign in by itself when the link is opened elsewhere: it has a live
 * connection, sends requests while it waits, or has a script that does. Such a page must not be navigated away.
 */
export async function mayContinueAlone(page: Page, pageIdle: PageIdle): Promise<boolean> {
  if (pageIdle.isLive) return true;
  return await callIn(page.mainFrame(), waitsInPage, null).catch(() => false);
}

/** Runs in the page. True if an inline script of the page waits for something, or the page refreshes itself. */
function waitsInPage(): boolean {
  const WAITING =
    /setInterval|EventSource|WebSocket|BroadcastChannel|addEventListener\(\s*['"`](?:storage|visibilitychange|focus)/;
  const MAX_LENGTH = 100_000;
  if (document.querySelector('meta[http-equiv="refresh" i]')) return true;
  return [...document.scripts].some(({ src, text }) => src === '' && WAITING.test(text.slice(0, MAX_LENGTH)));
}
