import { TwoFactorError } from '../core/errors.ts';
import { type Handoff, type HandoffAnswer, type HandoffRequest, shortText } from '../protocol/handoff.ts';
import type { Runtime } from '../core/runtime.ts';
import { registerLinkSecrets } from '../secret/link-secrets.ts';
import { registerSecret } from '../secret/secret.ts';
import { type HumanSettings, keyOf } from './settings.ts';
import { Webhook } from './webhook.ts';

const TIMEOUT = 300_000;

/** What a person is asked for, by a sign-in. */
export type Question = Omit<HandoffRequest, 'persona' | 'who' | 'expiresAt'>;

export interface HumanOptions {
  /** The name of the persona. */
  readonly owner: string;
  readonly settings: HumanSettings;
  readonly runtime: Runtime;
  /** Opens a page to answer on, where the source of messages has pages. */
  readonly handOver: ((request: HandoffRequest) => Promise<Handoff>) | undefined;
}

/** Asks a person for what a program cannot do: by a webhook, and on a page that takes the answer. */
export class Human {
  /** How long a person has, in milliseconds. */
  readonly timeout: number;
  readonly #options: HumanOptions;
  readonly #closed = new AbortController();

  constructor(options: HumanOptions) {
    const { webhook, secret, timeout = TIMEOUT } = options.settings;
    this.#options = options;
    this.timeout = timeout;
    if (webhook !== undefined) registerLinkSecrets('human/webhook', webhook);
    if (secret !== undefined) registerSecret('human/secret', secret);
  }

  /**
   * Resolves with what the person answers: a code where one is asked for, or that it is done.
   *
   * @throws TwoFactorError `HUMAN_DECLINED`, `HUMAN_TIMEOUT` with how the webhook answered last, `HUMAN_UNREACHABLE` when
   *   nobody can be asked; the reason of the signal
   */
  async ask(question: Question, signal?: AbortSignal): Promise<HandoffAnswer> {
    const { owner, runtime, settings } = this.#options;
    const request: HandoffRequest = {
      ...question,
      title: shortText(question.title),
      label: shortText(question.label),
      ...(question.destination === undefined ? {} : { destination: shortText(question.destination) }),
      persona: shortText(owner),
      who: shortText(runtime.owner ?? `process ${process.pid}`),
      expiresAt: runtime.now() + this.timeout,
    };
    const key = keyOf(settings.secret ?? '');
    const webhook =
      settings.webhook !== undefined && key && new Webhook({ url: settings.webhook, key, now: () => runtime.now() });
    const page = await this.#open(request, Boolean(webhook));
    const over = new AbortController();
    try {
      const ways = [
        this.#late(request, webhook || undefined, over.signal),
        aborted(AbortSignal.any([this.#closed.signal, ...(signal ? [signal] : [])]), over.signal),
        ...(page ? [page.answer()] : []),
        ...(webhook ? [called(webhook, { ...request, ...urlOf(page, settings) }, over.signal)] : []),
      ];
      for (const way of ways) way.catch(() => undefined); // the first that ends counts
      if (!webhook && page) runtime.announce?.(announcement(request, urlOf(page, settings).answerUrl, this.timeout));
      const answer = await Promise.race(ways);
      if (!('isDeclined' in answer)) return answer;
      throw new TwoFactorError('HUMAN_DECLINED', `The person who was asked for ${request.title} declined.`);
    } finally {
      over.abort();
      await page?.close();
    }
  }

  /** Asks nobody any more: whoever asked is gone. */
  close(): void {
    this.#closed.abort(new TwoFactorError('WAIT_ABORTED', 'The persona was closed while a person was asked.'));
  }

  /** Where the webhook tells the person, the page is a convenience. */
  async #open(request: HandoffRequest, isTold: boolean): Promise<Handoff | undefined> {
    const { handOver } = this.#options;
    try {
      const page = await handOver?.(request);
      // One that is printed has to be read.
      if (page && isTold) registerSecret('hand-over', new URL(page.url).pathname.split('/').at(-1) ?? '');
      if (page ?? isTold) return page;
    } catch (error) {
      if (!isTold) throw error;
      return undefined;
    }
    const text =
      'Nobody can be asked: there is no `human.webhook`, and the source of messages has no page to answer on.';
    throw new TwoFactorError('HUMAN_UNREACHABLE', text);
  }

  async #late(request: HandoffRequest, webhook: Webhook | undefined, over: AbortSignal): Promise<never> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, this.timeout);
      over.addEventListener('abort', () => clearTimeout(timer), { once: true });
    });
    const told = webhook ? webhook.status : 'There is no `human.webhook`: the address to answer at was printed.';
    const text = `Nobody answered within ${this.timeout / 1000} s: ${request.title}. ${told} See that somebody is told, or raise \`human.timeout\`.`;
    throw new TwoFactorError('HUMAN_TIMEOUT', text);
  }
}

/** Once the call is taken, the answer may come by the page. */
async function called(webhook: Webhook, data: object, over: AbortSignal): Promise<HandoffAnswer> {
  const code = await webhook.call(data, over);
  return code === undefined ? await new Promise<never>(() => undefined) : { code };
}

async function aborted(signal: AbortSignal, over: AbortSignal): Promise<never> {
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true, signal: over }));
  throw signal.reason;
}

/** The page, where people reach it. */
function urlOf(page: Handoff | undefined, { url }: HumanSettings): { readonly answerUrl?: string } {
  if (!page) return {};
  return { answerUrl: url === undefined ? page.url : url.replace(/\/$/, '') + new URL(page.url).pathname };
}

function announcement({ persona, title, origin }: HandoffRequest, url = '', timeout: number): string {
  return `playwright-2fa: ${persona} needs a person within ${timeout / 1000} s: ${title}, at ${origin}. Answer at ${url}`;
}
