import type { Page } from '@playwright/test';
import { type PageReading, lookAt } from '../challenge/page/look.ts';
import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { withoutQuery } from './errors.ts';
import { isSignIn, isSignInPage, leadsToSignIn } from './sign-in-page.ts';
import { isSamePage, readInBackground } from './start-address.ts';

/** Maximum time of one question, in milliseconds. */
const TIMEOUT = 10_000;
/** Headers of a browser that opens a page. */
const HEADERS = { accept: 'text/html,application/xhtml+xml', 'sec-fetch-mode': 'navigate' };

/** The question whether the context of a page is still signed in. */
export interface SessionQuestion {
  readonly page: Page;
  /** URL to ask: that of a sign-in, or of a page that only signed-in users may see. */
  readonly url: string;
  /** Asks as a stranger. @default Node's fetch */
  readonly fetch?: typeof fetch;
}

/** Answer to a request, after its redirects. */
interface Answer {
  readonly status: number;
  readonly url: string;
}

/**
 * Returns true if the site proves that the context of a page is still signed in: its answer is another one than a stranger
 * gets, or a page in the background shows a session. The page itself may be old, and proves nothing.
 *
 * @throws TwoFactorError `CHALLENGE_UNKNOWN` if the site does not answer, or with a server error
 */
export async function isSignedIn({ page, url, fetch: send = fetch }: SessionQuestion): Promise<boolean> {
  const [own, stranger] = await Promise.all([answerOf(page, url), answerToStranger(send, url)]);
  if (asks(url, own)) return false;
  const reading = /^https?:/.test(page.url()) ? await lookAt(page) : undefined;
  if (reading && isSignIn(reading.challenge)) return false;
  if (stranger && isOk(own) && isAnotherAnswer(url, own, stranger)) return true;
  const shown = await readInBackground(page, url, TIMEOUT);
  return shown !== undefined && !shown.asks && showsSession(url, shown);
}

/** True if a URL asks strangers for an identity, but not us: it redirects one of us. */
function isAnotherAnswer(url: string, own: Answer, stranger: Answer): boolean {
  // A site may answer 403 to programs that it does not know.
  if (stranger.status !== 403 && asks(url, stranger)) return true;
  const staysThere = isOk(stranger) && isSamePage(stranger.url, url);
  return isSignInPage(url) && staysThere && !isSamePage(own.url, url) && !isSignInPage(own.url);
}

function asks(url: string, { status, url: to }: Answer): boolean {
  return status === 401 || status === 403 || leadsToSignIn(url, to);
}

function isOk({ status }: Answer): boolean {
  return status >= 200 && status < 300;
}

/** True if a page that asks for nothing shows a session: by a sign-out control, or because it is a sign-in page. */
function showsSession(url: string, { signs }: PageReading): boolean {
  return signs.session.some(({ sign }) => sign === 'sign-out') || (isSignInPage(url) && !signs.isSmall);
}

async function answerOf(page: Page, url: string): Promise<Answer> {
  try {
    const response = await page.context().request.get(url, { headers: HEADERS, timeout: TIMEOUT });
    const answer = { status: response.status(), url: response.url() };
    await response.dispose();
    if (answer.status < 500) return answer;
    throw new Error(`it answers ${answer.status}, which does not tell`);
  } catch (error) {
    const text = `Could not ask ${withoutQuery(url)} whether somebody is signed in: ${reasonOf(error)}.\nNext: Check the URL, and that the site runs.`;
    throw new TwoFactorError('CHALLENGE_UNKNOWN', text, { cause: error });
  }
}

/** Returns undefined if a stranger gets no answer, as behind a proxy that only the browser knows. */
async function answerToStranger(send: typeof fetch, url: string): Promise<Answer | undefined> {
  try {
    const { status, url: to, body } = await send(url, { headers: HEADERS, signal: AbortSignal.timeout(TIMEOUT) });
    await body?.cancel();
    return { status, url: to };
  } catch {
    return undefined;
  }
}
