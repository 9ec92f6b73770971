import type { CDPSession, Page } from '@playwright/test';

/** Longer documents are passed on unread, in bytes. */
const MAX_BODY = 2 * 1024 * 1024;
const PATTERNS = (['Document', 'XHR', 'Fetch'] as const).map((resourceType) => {
  return { urlPattern: '*', resourceType, requestStage: 'Response' } as const;
});

/** Answer of a site that the page has not got yet. */
export interface HeldAnswer {
  readonly url: string;
  readonly status: number;
  /** Absolute URL of a redirect. */
  readonly location: string | undefined;
  /** True for the document of the page, false for one of its frames or a request of a script. */
  readonly isDocument: boolean;
  /** Returns the HTML of a document; undefined if it is something else, or long. */
  html(): Promise<string | undefined>;
}

/** The event `Fetch.requestPaused`, as far as it is used. */
interface Paused {
  readonly requestId: string;
  readonly frameId: string;
  readonly resourceType: string;
  readonly request: {
    readonly url: string;
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly postData?: string;
    readonly hasPostData?: boolean;
  };
  readonly responseStatusCode?: number;
  readonly responseHeaders?: readonly { readonly name: string; readonly value: string }[];
}

/**
 * Holds each answer of a site to the documents and scripts of a page until `mayPass` has decided. In place of an answer that
 * may not pass, the page gets the answer to a second request with the cookies of that moment. Only Chromium can do this.
 *
 * @see https://chromedevtools.github.io/devtools-protocol/tot/Fetch/
 * @param mayPass must not fail
 */
export async function holdAnswers(page: Page, mayPass: (answer: HeldAnswer) => Promise<boolean>): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const onPaused = async (paused: Paused): Promise<void> => {
    const { requestId, responseStatusCode } = paused;
    const hasFailed = responseStatusCode === undefined;
    const passes = hasFailed || (await mayPass(heldAnswer(session, paused, frameTree.frame.id)));
    const answer = passes ? undefined : await askAgain(page, paused);
    if (answer) await session.send('Fetch.fulfillRequest', { requestId, ...answer });
    else await session.send('Fetch.continueRequest', { requestId });
  };
  // Fails if the page is closing, or has navigated on.
  session.on('Fetch.requestPaused', (paused) => void onPaused(paused).catch(() => undefined));
  await session.send('Fetch.enable', { patterns: [...PATTERNS] });
}

interface Answer {
  readonly responseCode: number;
  readonly responseHeaders: { name: string; value: string }[];
  /** In Base64. */
  readonly body: string;
}

/** Sends a request again, from the context of its page. Returns undefined if that is not possible. */
async function askAgain(page: Page, { request }: Paused): Promise<Answer | undefined> {
  const { url, method, headers, postData, hasPostData = false } = request;
  if (hasPostData && postData === undefined) return undefined; // too long for the event
  const kept = Object.entries(headers).filter(([name]) => !/^(?:cookie|host|content-length)$/i.test(name));
  const options = { method, headers: Object.fromEntries(kept), ...(postData === undefined ? {} : { data: postData }) };
  const response = await page
    .context()
    .request.fetch(url, options)
    .catch(() => undefined);
  if (!response) return undefined;
  const body = (await response.body()).toString('base64');
  // The body is no longer compressed, and the context has the cookies.
  const dropped = /^(?:content-(?:encoding|length)|transfer-encoding|set-cookie)$/i;
  const responseHeaders = response.headersArray().filter(({ name }) => !dropped.test(name));
  const answer = { responseCode: response.status(), responseHeaders, body };
  await response.dispose();
  return answer;
}

function heldAnswer(session: CDPSession, paused: Paused, mainFrame: string): HeldAnswer {
  const { requestId, frameId, resourceType, request, responseStatusCode = 0 } = paused;
  const location = headerOf(paused, 'location');
  const isHtml = headerOf(paused, 'content-type')?.includes('text/html') === true;
  const isLong = Number(headerOf(paused, 'content-length') ?? 0) > MAX_BODY;
  return {
    url: request.url,
    status: responseStatusCode,
    location:
      location !== undefined && URL.canParse(location, request.url) ? new URL(location, request.url).href : undefined,
    isDocument: resourceType === 'Document' && frameId === mainFrame,
    html: async () => {
      if (!isHtml || isLong) return undefined;
      const { body, base64Encoded } = await session.send('Fetch.getResponseBody', { requestId });
      return base64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
    },
  };
}

function headerOf({ responseHeaders = [] }: Paused, wanted: string): string | undefined {
  return responseHeaders.find(({ name }) => name.toLowerCase() === wanted)?.value;
}
