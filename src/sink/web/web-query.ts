import { type AnswerResult, readResult } from './answer-result.ts';

/** The views of the web inbox. */
export const VIEWS = ['messages', 'handoffs', 'refusals'] as const;
/** The ways to see a message. */
export const PARTS = ['page', 'text', 'headers', 'source', 'files'] as const;

export type WebView = (typeof VIEWS)[number];
export type MessagePart = (typeof PARTS)[number];

/** The state of the web inbox, which is in its URL. */
export interface WebQuery {
  readonly view: WebView;
  /** Words to search for. */
  readonly q: string;
  /** Recipient whose messages are shown. */
  readonly to: string;
  /** Id of the open message. */
  readonly message: string;
  readonly part: MessagePart;
  /** True if the open message loads pictures of other servers. */
  readonly images: boolean;
  /** Number of messages in the list. */
  readonly shown: number;
  /** Result of the last answer to a request to a person. */
  readonly result?: AnswerResult | undefined;
}

/** Number of messages that the list begins with, that each request for more adds, and that it has at most. */
export const PAGE_SIZE = 100;
const MAX_SHOWN = 2000;
/** Maximum length of a text, in characters. */
const MAX_TEXT = 320;

/** Reads the state from the query of a URL. What is invalid has its default. */
export function readWebQuery(query: Readonly<Record<string, string>>): WebQuery {
  const { q = '', to = '', message = '', shown } = query;
  const text = (value: string): string => value.slice(0, MAX_TEXT);
  return {
    view: VIEWS.find((view) => view === query['view']) ?? 'messages',
    part: PARTS.find((part) => part === query['part']) ?? 'page',
    images: query['images'] === '1',
    shown: Math.min(Math.max(Math.trunc(Number(shown)) || PAGE_SIZE, PAGE_SIZE), MAX_SHOWN),
    result: readResult(query['result']),
    ...{ q: text(q), to: text(to), message: text(message) },
  };
}

/** Returns the URL of the state with some members changed. Members with their defaults are left out. */
export function hrefOf(query: WebQuery, change: Partial<WebQuery> = {}): string {
  const { view, part, images, shown, result: _, ...texts } = { ...query, ...change };
  const parameters = new URLSearchParams(Object.entries(texts).filter(([, value]) => value !== ''));
  if (view !== 'messages') parameters.set('view', view);
  if (part !== 'page') parameters.set('part', part);
  if (images) parameters.set('images', '1');
  if (shown !== PAGE_SIZE) parameters.set('shown', String(shown));
  return parameters.size > 0 ? `/?${parameters.toString()}` : '/';
}
