import { once } from 'node:events';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { TwoFactorError } from '../../core/errors.ts';
import { captureState, sessionStorageOf } from '../../profile/browser/capture.ts';
import { saveState } from '../../profile/restore.ts';
import type { ProfileState, SessionStorage } from '../../profile/state.ts';
import { UsageError } from '../usage-error.ts';
import { type ProfileCall, callProfile } from './options.ts';
import { ask, loadPlaywright } from './playwright.ts';

/** What a tab stores goes with it, so it is looked at as often as this, in milliseconds. */
const LOOK = 500;
const MORE = {
  url: { type: 'string' },
  probe: { type: 'string' },
  headless: { type: 'boolean' },
  executable: { type: 'string' },
} as const;

/** What a person left when it was done. */
interface Recorded {
  readonly state: ProfileState;
  /** The page that was looked at last. */
  readonly url: string;
}

/** Opens a browser, lets a person sign in however the site demands, and saves the session. */
export async function runRecord(args: string[]): Promise<void> {
  await callProfile('record', args, { wantsName: true, more: MORE }, async (call) => {
    const { name, store, lastVerified, flags } = call;
    const { url } = flags;
    if (typeof url !== 'string' || !URL.canParse(url))
      throw new UsageError('playwright-2fa profile record: say where to sign in, with --url https://…');
    const recorded = await record(call, url);
    const probe = typeof flags['probe'] === 'string' ? new URL(flags['probe'], url).href : undefined;
    const { state, probeUrl } = await probed(name, recorded, probe);
    const saved = await saveState({ name, store, probeUrl }, state, { replaces: await store.read(name) });
    if (!saved) throw notSaved(name, 'another was saved at the same moment. Run it again.');
    if (probeUrl) await lastVerified.note(name, Date.now());
    process.stderr.write(`Profile "${name}" is saved in ${store.name}.\n`);
  });
}

async function record({ name, flags }: ProfileCall, url: string): Promise<Recorded> {
  const { chromium } = await loadPlaywright();
  const { executable, headless = false } = flags;
  const browser = await chromium.launch({
    headless: Boolean(headless),
    ...(typeof executable === 'string' ? { executablePath: executable } : {}),
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

/** Waits for Enter, or for the last window to be closed, of which the context survives. */
async function untilDone(browser: Browser, context: BrowserContext, invite: () => void): Promise<Recorded> {
  let [url, sessionStorage]: [string, readonly SessionStorage[]] = ['', []];
  const look = async (): Promise<void> => {
    const pages = context.pages();
    url = pages.at(-1)?.url() ?? url;
    sessionStorage = await sessionStorageOf(pages, sessionStorage);
  };
  await look(); // there may be nothing left to see at the next
  const watch = setInterval(() => void look().catch(() => undefined), LOOK);
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
      'The browser was ended before its session could be read. Close its window instead.',
    );
  await look();
  return { state: await captureState(context, { cookies: [], origins: [], sessionStorage }), url };
}

/** Checks that the session is alive, by a URL that strangers do not get. */
async function probed(
  name: string,
  { state, url }: Recorded,
  wanted: string | undefined,
): Promise<{ state: ProfileState; probeUrl: string | undefined }> {
  const probe = wanted ?? url;
  const after = await ask(name, probe, state);
  if (!after) {
    throw notSaved(name, `${probe} does not let it in. Sign in to the end, or give another page with --probe URL.`);
  }
  if (!(await ask(name, probe))) return { state: after, probeUrl: probe };
  if (wanted) throw notSaved(name, `${probe} lets anybody in, so it cannot tell. Give another page with --probe URL.`);
  process.stderr.write(`It was not probed: ${probe} lets anybody in. Give a page that does not, with --probe URL.\n`);
  return { state: after, probeUrl: undefined };
}

function notSaved(name: string, why: string): TwoFactorError {
  return new TwoFactorError('PROFILE_NOT_SAVED', `Profile "${name}" was not saved: ${why}`);
}
