import { once } from 'node:events';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { TwoFactorError } from '../../core/errors.ts';
import { loadPlaywright } from '../../core/load-playwright.ts';
import { captureState, sessionStorageOf } from '../../profile/browser/capture.ts';
import { describeLost } from '../../profile/lost-records.ts';
import { saveState } from '../../profile/restore.ts';
import type { ProfileState, SessionStorage } from '../../profile/state.ts';
import { UsageError } from '../usage-error.ts';
import type { Command } from '../command.ts';
import { childEnvironment } from '../../core/child-environment.ts';
import { type ProfileCall, profileCommand } from './options.ts';
import { ask } from './playwright.ts';

/** Interval for reading session storage, which is lost when a tab is closed, in milliseconds. */
const READ_INTERVAL = 500;

/** Session that a person signed in to. */
interface Recorded {
  readonly state: ProfileState;
  /** URL of the last page. */
  readonly url: string;
}

/** Opens a browser, lets a person sign in however the site demands, and saves the session. */
export const runRecord: Command = profileCommand('record', ['<name>'], async (call) => {
  const { name, store, lastVerified, flags } = call;
  const { url } = flags;
  if (url === undefined || !URL.canParse(url))
    throw new UsageError('playwright-2fa profile record: give the sign-in page with --url https://…');
  const recorded = await record(call, url);
  const probe = flags.probe === undefined ? undefined : new URL(flags.probe, url).href;
  const { state, probeUrl } = await probed(name, recorded, probe);
  const saved = await saveState({ name, store, probeUrl }, state, { replaces: await store.read(name) });
  if (!saved) throw notSaved(name, 'another process saved one at the same time. Run the command again.');
  if (probeUrl) await lastVerified.note(name, Date.now());
  process.stderr.write(`Profile "${name}" is saved in ${store.name}.\n`);
  if (state.lost) process.stderr.write(`Warning: the session is not complete. ${describeLost(state)}\n`);
});

/** Variables that Chromium reads its proxy from. */
const PROXIES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'];

async function record({ name, flags }: ProfileCall, url: string): Promise<Recorded> {
  const { chromium } = await loadPlaywright();
  const { executable, headless = false } = flags;
  const browser = await chromium.launch({
    headless,
    env: childEnvironment(process.env, PROXIES),
    ...(executable !== undefined ? { executablePath: executable } : {}),
  });
  try {
    const context = await browser.newContext(headless ? {} : { viewport: null });
    const page = await context.newPage();
    await page.goto(url);
    const invite = (): boolean =>
      process.stderr.write(`Sign in as "${name}". Then press Enter here, or close the window.\n`);
    return await untilDone(browser, context, invite);
  } finally {
    await browser.close();
  }
}

/** Waits until the person presses Enter or closes the last window. */
async function untilDone(browser: Browser, context: BrowserContext, invite: () => void): Promise<Recorded> {
  let [url, sessionStorage]: [string, readonly SessionStorage[]] = ['', []];
  const look = async (): Promise<void> => {
    const pages = context.pages();
    url = pages.at(-1)?.url() ?? url;
    sessionStorage = await sessionStorageOf(pages, sessionStorage);
  };
  await look(); // A closed window leaves nothing to read.
  const watch = setInterval(() => void look().catch(() => undefined), READ_INTERVAL);
  const enter = once(process.stdin, 'data');
  const closed = new Promise<void>((resolve) => {
    const follow = (page: Page): void => void page.on('close', () => context.pages().length === 0 && resolve());
    for (const page of context.pages()) follow(page);
    context.on('page', follow);
    browser.on('disconnected', () => resolve());
  });
  try {
    invite();
    await Promise.race([enter, closed]);
  } finally {
    clearInterval(watch);
    process.stdin.pause();
  }
  if (!browser.isConnected())
    throw new TwoFactorError(
      'WAIT_ABORTED',
      'The browser ended before its session was read. Close its window instead.',
    );
  await look();
  return { state: await captureState(context, { cookies: [], origins: [], sessionStorage }), url };
}

/** Checks that the session is alive, with a URL that only a signed-in user may see. */
async function probed(
  name: string,
  { state, url }: Recorded,
  wanted: string | undefined,
): Promise<{ state: ProfileState; probeUrl: string | undefined }> {
  const probe = wanted ?? url;
  const after = await ask(name, probe, state);
  if (!after) {
    const advice = 'Complete the sign-in, or give another page with --probe URL.';
    throw notSaved(name, `${probe} refuses the session. ${advice} ${describeLost(state)}`.trimEnd());
  }
  if (!(await ask(name, probe))) return { state: after, probeUrl: probe };
  if (wanted)
    throw notSaved(name, `${probe} is public, so it cannot prove the session. Give another page with --probe URL.`);
  process.stderr.write(
    `The session was not probed: ${probe} is public. Give a page that only a signed-in user may see, with --probe URL.\n`,
  );
  return { state: after, probeUrl: undefined };
}

function notSaved(name: string, why: string): TwoFactorError {
  return new TwoFactorError('PROFILE_NOT_SAVED', `Profile "${name}" was not saved: ${why}`);
}
