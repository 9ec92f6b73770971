import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TwoFactorError } from '../core/errors.ts';
import { type Handoff, type HandoffAnswer, type HandoffRequest, shortText } from '../protocol/handoff.ts';
import { reportLongWait } from '../core/long-wait.ts';
import type { Runtime } from '../core/runtime.ts';
import { registerLinkSecrets } from '../secret/link-secrets.ts';
import { registerSecret } from '../secret/secret.ts';
import { DEFAULT_TIMEOUT, type HumanSettings, keyOf } from './settings.ts';
import { askAgainOf, timeForAll } from './on-timeout.ts';
import { tellEnd } from './handoff-end.ts';
import { Webhook } from './webhook.ts';

/** The part of a handoff request that the sign-in provides. */
export type Question = Omit<HandoffRequest, 'persona' | 'requestedBy' | 'expiresAt'>;

/** Limits of one request. */
export interface AskOptions {
  /** Ends the request. */
  readonly signal?: AbortSignal | undefined;
  /** Latest time for an answer, in milliseconds since the epoch. @default `timeout` from now */
  readonly until?: number | undefined;
}

export interface HumanOptions {
  /** The name of the persona. */
  readonly owner: string;
  readonly settings: HumanSettings;
  readonly runtime: Runtime;
  /** Opens an answer page. Undefined if the source of messages has no such pages. */
  readonly handoff: ((request: HandoffRequest) => Promise<Handoff>) | undefined;
}

/** Asks a person for a code or an approval: notifies them by a webhook, and takes the answer on a page. */
export class Human {
  /** Time limit for an answer to one request, in milliseconds. */
  readonly timeout: number;
  /** Maximum duration of `ask()`, in milliseconds. */
  readonly maxWait: number;
  readonly #options: HumanOptions;
  readonly #closed = new AbortController();
  /** Number of requests in a row that nobody answered. */
  #unanswered = 0;

  constructor(options: HumanOptions) {
    const { webhook, secret, timeout = DEFAULT_TIMEOUT, onTimeout } = options.settings;
    this.#options = options;
    this.timeout = timeout;
    this.maxWait = timeForAll(timeout, options.runtime.asksAgain ? onTimeout : 'fail');
    if (webhook !== undefined) registerLinkSecrets('human/webhook', webhook);
    if (secret !== undefined) registerSecret('human/secret', secret);
  }

  /**
   * Resolves with the answer: the code, or the confirmation of an approval. If nobody answers, asks again as `onTimeout` says,
   * or fails with the time of the next attempt in `details.retryAt`.
   *
   * @throws TwoFactorError `HUMAN_DECLINED`; `HUMAN_TIMEOUT` with the last response of the webhook; `HUMAN_UNREACHABLE`
   *   if nobody can be asked; the reason of the signal
   */
  async ask(question: Question, { signal, until = Infinity }: AskOptions = {}): Promise<HandoffAnswer> {
    const { runtime, settings } = this.#options;
    const { retryAfter, times } = askAgainOf(settings.onTimeout) ?? { retryAfter: 0, times: 0 };
    const end = AbortSignal.any([this.#closed.signal, ...(signal ? [signal] : [])]);
    for (let again = 1; ; again++) {
      try {
        const answer = await this.#askOnce(question, end, until);
        this.#unanswered = 0;
        return answer;
      } catch (error) {
        if (!(error instanceof TwoFactorError) || error.code !== 'HUMAN_TIMEOUT') throw error;
        if (!runtime.asksAgain) throw this.#unansweredError(error, retryAfter, times);
        if (again > times || runtime.now() + retryAfter >= until) throw error;
        const text = `nobody answered for ${this.#options.owner}; asking again in ${secondsOf(retryAfter)} s (${again} of ${times})`;
        runtime.logger?.warn(`playwright-2fa: ${text}`);
        await sleep(retryAfter, undefined, { signal: end }).catch(() => end.throwIfAborted());
      }
    }
  }

  /** Adds the time of the next attempt, for a caller that plans it. */
  #unansweredError(error: TwoFactorError, retryAfter: number, times: number): TwoFactorError {
    if (++this.#unanswered > times) return error;
    const retryAt = new Date(this.#options.runtime.now() + retryAfter);
    const text = `${error.message} Sign in again at ${retryAt.toISOString()}, as \`human.onTimeout\` says.`;
    return new TwoFactorError('HUMAN_TIMEOUT', text, { details: { retryAt } });
  }

  async #askOnce(question: Question, end: AbortSignal, until: number): Promise<HandoffAnswer> {
    const { runtime, settings } = this.#options;
    const request = this.#requestOf(question, until);
    const key = keyOf(settings.secret ?? '');
    const webhook =
      settings.webhook !== undefined && key
        ? new Webhook({ url: settings.webhook, key, now: () => runtime.now() })
        : undefined;
    const page = await this.#openPage(request, Boolean(webhook));
    const metadata = { id: page?.id ?? randomUUID(), ...request };
    const done = new AbortController();
    try {
      const results = [
        this.#rejectAfterTimeout(request, webhook, done.signal),
        rejectOnAbort(end, done.signal),
        ...(page ? [page.answer()] : []),
        ...(webhook
          ? [
              answerByWebhook(
                webhook,
                { ...metadata, ...urlsOf(page, settings), howToAnswer: howToAnswer(request, Boolean(page)) },
                done.signal,
              ),
            ]
          : []),
      ];
      for (const result of results) result.catch(() => undefined); // only the first to settle counts
      if (!webhook && page) this.#announce(request, urlsOf(page, settings).answerUrl ?? page.url);
      const answer = await reportLongWait(
        runtime,
        () => `a person who answers for ${request.persona}: ${request.title}`,
        () => (webhook ? tellEnd(webhook, metadata, runtime.logger, Promise.race(results)) : Promise.race(results)),
      );
      if (!('isDeclined' in answer)) return answer;
      throw new TwoFactorError('HUMAN_DECLINED', `The person declined the request: ${request.title}.`);
    } finally {
      done.abort();
      await page?.close();
    }
  }

  /** Ends all open requests with `WAIT_ABORTED`. */
  close(): void {
    this.#closed.abort(
      new TwoFactorError('WAIT_ABORTED', 'The persona was closed before a person answered its request.'),
    );
  }

  /** Without a webhook, a person learns of the request from the program that asks. */
  #announce({ persona, title, origin, expiresAt }: HandoffRequest, url: string): void {
    const { runtime } = this.#options;
    const text = `${persona} needs a person within ${secondsOf(expiresAt - runtime.now())} s: ${title}, at ${origin}.`;
    if (runtime.showAnswerPage) runtime.showAnswerPage(text, url);
    else runtime.logger?.warn(`playwright-2fa: ${text} Answer at ${url}`);
  }

  #requestOf(question: Question, until: number): HandoffRequest {
    const { owner, runtime } = this.#options;
    return {
      ...question,
      title: shortText(question.title),
      label: shortText(question.label),
      ...(question.destination === undefined ? {} : { destination: shortText(question.destination) }),
      persona: shortText(owner),
      requestedBy: shortText(runtime.owner ?? `process ${process.pid}`),
      expiresAt: Math.min(runtime.now() + this.timeout, until),
    };
  }

  /** Opens the answer page. With a webhook the page is optional, because the webhook can return the code itself. */
  async #openPage(request: HandoffRequest, hasWebhook: boolean): Promise<Handoff | undefined> {
    const { handoff } = this.#options;
    try {
      const page = await handoff?.(request);
      // Without a webhook the URL is printed for a person to read, so it must not be redacted.
      if (page && hasWebhook) registerSecret('handoff', new URL(page.url).pathname.split('/').at(-1) ?? '');
      if (page ?? hasWebhook) return page;
    } catch (error) {
      if (!hasWebhook) throw error;
      return undefined;
    }
    const text =
      'Nobody can be asked: `human.webhook` is not set, and the source of messages has no answer page. Set `human.webhook` to a receiver that responds with the code, or run the sink, which has such a page.';
    throw new TwoFactorError('HUMAN_UNREACHABLE', text);
  }

  async #rejectAfterTimeout(
    { title, expiresAt }: HandoffRequest,
    webhook: Webhook | undefined,
    done: AbortSignal,
  ): Promise<never> {
    const timeout = expiresAt - this.#options.runtime.now();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, timeout);
      done.addEventListener('abort', () => clearTimeout(timer), { once: true });
    });
    const notified = webhook ? webhook.status : '`human.webhook` is not set; the URL of the answer page was printed.';
    const text = `Nobody answered within ${secondsOf(timeout)} s: ${title}. ${notified} Make sure that a person is notified, or raise \`human.timeout\`.`;
    throw new TwoFactorError('HUMAN_TIMEOUT', text);
  }
}

/** Returns a time in seconds, to one decimal place. */
function secondsOf(ms: number): number {
  return Math.max(0, Math.round(ms / 100) / 10);
}

/** Resolves with the code in the webhook's response. Without one, the answer may still arrive on the page. */
async function answerByWebhook(webhook: Webhook, data: object, done: AbortSignal): Promise<HandoffAnswer> {
  const code = await webhook.call(data, done);
  return code === undefined ? await new Promise<never>(() => undefined) : { code };
}

async function rejectOnAbort(signal: AbortSignal, done: AbortSignal): Promise<never> {
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true, signal: done }));
  throw signal.reason;
}

/** Returns the URLs under which people and programs reach the page and its API. */
function urlsOf(
  page: Handoff | undefined,
  { url }: HumanSettings,
): { readonly answerUrl?: string; readonly answerApi?: string } {
  if (!page) return {};
  const reachable = (own: string): string => (url === undefined ? own : url.replace(/\/$/, '') + new URL(own).pathname);
  return { answerUrl: reachable(page.url), answerApi: reachable(page.apiUrl) };
}

/** Tells the receiver of a webhook how to answer. It may know nothing else of this package. */
function howToAnswer({ asks, expiresAt }: HandoffRequest, hasPage: boolean): string {
  const until = new Date(expiresAt).toISOString();
  if (asks === 'approval')
    return `Approve the sign-in on the device. It then continues by itself, so no answer is needed.${hasPage ? ' To decline, open answerUrl in a browser.' : ''}`;
  const response =
    'respond to this request with status 200 and the JSON object { "code": "012345" }, where the code is a string. The response may take until somebody has given the code';
  return `${hasPage ? `Open answerUrl in a browser, or ${response}` : `${response.charAt(0).toUpperCase()}${response.slice(1)}`}, at most until ${until}.`;
}
