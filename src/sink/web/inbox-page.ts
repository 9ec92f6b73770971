import { html, raw } from 'hono/html';
import type { Handoffs } from '../handoffs.ts';
import type { MessageStore } from '../store.ts';
import type { Answers } from './answers.ts';
import { handoffsView } from './handoffs-view.ts';
import type { Html } from './html.ts';
import { runInbox } from './inbox-script.ts';
import { STYLE } from './inbox-style.ts';
import { Listings, type Recipient } from './listing.ts';
import { messageList } from './message-list.ts';
import { messageFacts, messageView } from './message-view.ts';
import { Readings } from './readings.ts';
import { refusalsView } from './refusals-view.ts';
import { PAGE_SIZE, type WebQuery, type WebView, hrefOf } from './web-query.ts';

/** Script of the page. It is a function of ours, whose source is sent as it is. */
export const SCRIPT: string = `(${runInbox.toString()})()`;
export { STYLE };

const ICON = `data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1d4ed8"/><path d="M7 11h18v11H7z M7 11l9 7 9-7" fill="none" stroke="#fff" stroke-width="2.5" stroke-linejoin="round"/></svg>')}`;
const NAMES: Readonly<Record<WebView, string>> = { messages: 'Messages', handoffs: 'People', refusals: 'Refusals' };

/** Renders the page of the web inbox. */
export class InboxPage {
  readonly readings: Readings;
  readonly #store: MessageStore;
  readonly #handoffs: Handoffs;
  readonly #listings: Listings;
  readonly #answers: Answers;

  constructor(store: MessageStore, handoffs: Handoffs, answers: Answers) {
    this.#answers = answers;
    this.#store = store;
    this.#handoffs = handoffs;
    this.#listings = new Listings(store);
    this.readings = new Readings(store);
  }

  /** @param isUpdate true if the page is open already: its open message stays as it is, and new messages come with their codes */
  async render(query: WebQuery, isUpdate: boolean): Promise<Html> {
    const { view, message: id, result } = query;
    const open = view === 'messages' && id !== '' ? this.#store.find(id) : undefined;
    const state = view !== 'messages' ? 'side' : id === '' ? 'list' : 'message';
    return html`<!doctype html>
      <html lang="en" data-state="${state}">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>Inbox of the sink</title>
          <link rel="icon" href="${raw(ICON)}" />
          ${raw(`<style>${STYLE}</style>`)}
        </head>
        <body>
          ${this.#header(query)}
          <main class="columns">
            <nav id="views" aria-label="Views">${this.#navigation(query)}</nav>
            ${
              view === 'messages'
                ? html`<section id="list" aria-label="Messages">${await this.#list(query, isUpdate)}</section>
                    <section id="pane" aria-label="Open message">
                      ${
                        open
                          ? isUpdate
                            ? html`<div id="facts">${messageFacts(open, this.#listings)}</div>`
                            : await messageView(query, open, this.#listings)
                          : nothingOpen(id !== '')
                      }
                    </section>`
                : html`<section id="pane" aria-label="View">
                    ${view === 'handoffs' ? handoffsView(this.#handoffs.list().toReversed(), this.#answers.tokenOf, result) : refusalsView(this.#store.refusals)}
                  </section>`
            }
          </main>
          ${raw(`<script>${SCRIPT}</script>`)}
        </body>
      </html>`;
  }

  #header(query: WebQuery): Html {
    return html`<header>
      <h1><a href="/">playwright-2fa</a></h1>
      <form role="search" action="/" method="get">
        ${query.to ? html`<input type="hidden" name="to" value="${query.to}" />` : ''}
        <input
          id="search"
          type="search"
          name="q"
          value="${query.q}"
          placeholder="Search addresses, subjects, tests"
          aria-label="Search"
          autocomplete="off"
          spellcheck="false"
        />
        <kbd aria-hidden="true">/</kbd>
      </form>
      <p id="status" role="status"></p>
    </header>`;
  }

  async #list(query: WebQuery, isUpdate: boolean): Promise<Html> {
    return await messageList(query, await this.#listings.find(query), this.#listings, this.readings, isUpdate);
  }

  #navigation(query: WebQuery): Html {
    const { messages } = this.#store.size;
    const counts: Readonly<Record<WebView, number>> = {
      messages,
      handoffs: this.#handoffs.list().length,
      refusals: this.#store.refusals.length,
    };
    const link = (href: string, name: string, count: number, isCurrent: boolean): Html =>
      html`<a href="${href}" ${isCurrent ? html`aria-current="page"` : ''}
        ><span>${name}</span> <b>${count.toLocaleString('en-US')}</b></a
      >`;
    const views = (Object.keys(NAMES) as WebView[]).map((view) =>
      link(
        view === 'messages' ? '/' : `/?view=${view}`,
        NAMES[view],
        counts[view],
        view === query.view && query.to === '',
      ),
    );
    return html`${views}
      <h2>Recipients</h2>
      ${this.#recipients(query).map(({ address, count }) =>
        link(
          hrefOf(query, {
            view: 'messages',
            to: address,
            message: '',
            q: '',
            part: 'page',
            images: false,
            shown: PAGE_SIZE,
          }),
          address,
          count,
          address === query.to,
        ),
      )}`;
  }

  #recipients({ to }: WebQuery): Recipient[] {
    const recipients = this.#listings.recipients();
    return to === '' || recipients.some(({ address }) => address === to)
      ? recipients
      : [{ address: to, count: 0 }, ...recipients];
  }
}

function nothingOpen(isGone: boolean): Html {
  return isGone
    ? html`<p class="empty"><strong>This message is gone.</strong> It was deleted, or newer ones took its place.</p>`
    : html`<div class="empty">
        <p><strong>Select a message</strong> to see its code, its link and its content.</p>
        <p class="keys"><kbd>↑</kbd> <kbd>↓</kbd> select <kbd>/</kbd> search <kbd>c</kbd> copy the code</p>
      </div>`;
}
