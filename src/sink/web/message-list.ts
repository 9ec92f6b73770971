import { html } from 'hono/html';
import type { StoredMessage } from '../stored-message.ts';
import type { Html } from './html.ts';
import type { Listing, Listings } from './listing.ts';
import { shortOwnerText } from './owner-text.ts';
import type { Readings } from './readings.ts';
import { PAGE_SIZE, type WebQuery, hrefOf } from './web-query.ts';

/** Number of messages at the top of the list whose codes are read before it is sent. */
const READ_AT_ONCE = 12;

/**
 * Renders the list of messages.
 *
 * @param hasCodes true if the newest messages have their codes at once. The page asks for those of others that come into view
 */
export async function messageList(
  query: WebQuery,
  { messages, count }: Listing,
  listings: Listings,
  readings: Readings,
  hasCodes: boolean,
): Promise<Html> {
  if (hasCodes) for (const message of messages.slice(0, READ_AT_ONCE)) await readings.code(message);
  const rest = count - messages.length;
  return html`<ul>
      ${messages.map((message) => row(query, message, listings, readings))}
    </ul>
    ${messages.length === 0 ? nothing(query) : ''}
    ${
      rest > 0
        ? html`<p class="more">
            <a class="button" href="${hrefOf(query, { shown: query.shown + PAGE_SIZE })}"
              >Show ${Math.min(rest, PAGE_SIZE)} more</a
            >
            <span>${rest.toLocaleString('en-US')} older</span>
          </p>`
        : ''
    }`;
}

function row(query: WebQuery, message: StoredMessage, listings: Listings, readings: Readings): Html {
  const { envelope } = message;
  const isOpen = envelope.id === query.message;
  const title = listings.titleOf(message) || 'No subject';
  const owner = listings.ownerOf(message);
  const code = readings.knownCode(message);
  const others = envelope.to.length - 1;
  return html`<li id="m${envelope.seq}" data-id="${envelope.id}" ${code === undefined ? html`data-unread` : ''}>
    <a
      href="${hrefOf(query, { message: envelope.id, part: 'page', images: false })}"
      ${isOpen ? html`aria-current="true"` : ''}
    >
      <span class="line"
        ><span class="to">${envelope.to[0] ?? 'no recipient'}${others > 0 ? html` <small>+${others}</small>` : ''}</span
        >${time(envelope.receivedAt)}</span
      >
      <span class="line"
        ><span class="subject">${title}</span>${code ? html`<span class="chip">${code}</span>` : ''}</span
      >
      <span class="line soft"
        ><span class="from"
          ><span class="kind">${envelope.kind === 'sms' ? 'SMS' : 'Mail'}</span> ${envelope.from || 'no sender'}</span
        >${message.claims.length > 0 ? html`<span class="claimed">claimed</span>` : ''}</span
      >
      ${owner ? html`<span class="line soft owner">${shortOwnerText(owner)}</span>` : ''}
    </a>
  </li>`;
}

function nothing({ q, to }: WebQuery): Html {
  return q || to
    ? html`<p class="empty"><strong>Nothing matches.</strong> <a href="/">Show all messages</a></p>`
    : html`<p class="empty"><strong>No messages yet.</strong> Mail and SMS appear here as soon as they come.</p>`;
}

/** Renders a point in time in UTC. The page replaces it by the time of the reader's time zone. */
export function time(at: number): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(11, 19)} UTC</time>`;
}
