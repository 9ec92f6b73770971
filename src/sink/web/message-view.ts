import { html } from 'hono/html';
import { type MailFile, readMailFiles } from '../../message/mail-files.ts';
import { renderMailPage } from '../../message/mail-page.ts';
import { decodeMessage } from '../../message/decode.ts';
import type { Message } from '../../message/message.ts';
import type { StoredMessage } from '../stored-message.ts';
import type { Html } from './html.ts';
import type { Listings } from './listing.ts';
import { time } from './message-list.ts';
import { placeOf } from './owner-text.ts';
import type { Finding } from './findings.ts';
import { loadFindings } from './readings.ts';
import { type MessagePart, type WebQuery, hrefOf } from './web-query.ts';

/** Maximum length of a text that the page shows, in characters. The whole message can be downloaded. */
const MAX_SHOWN = 256 * 1024;
/** Maximum number of recipients that are named. */
const MAX_RECIPIENTS = 20;
/** Maximum length of the headers of a mail that are shown, in bytes. */
const MAX_HEAD = 64 * 1024;

/** Renders whose a message is, and who claimed it. It needs no decoding. */
export function messageFacts(message: StoredMessage, listings: Listings): Html {
  const { claims } = message;
  const owner = listings.ownerOf(message);
  const who = (name: string, title: string, place: string): Html =>
    html`<dt>${name}</dt>
      <dd>${title}${place ? html`<br /><span class="soft">${place}</span>` : ''}</dd>`;
  return html`<dl>
    ${owner ? who('Belongs to', owner.title, [`persona ${owner.persona}`, placeOf(owner)].filter(Boolean).join(', ')) : ''}
    ${
      claims.length === 0
        ? html`<dt>Claimed by</dt>
            <dd class="soft">nobody yet</dd>`
        : claims.map((claim) => who('Claimed by', claim.owner.title, placeOf(claim.owner)))
    }
  </dl>`;
}

/** Renders the line below the title of a message. */
function metaLine(query: WebQuery, { envelope }: StoredMessage): Html {
  const { from, to, receivedAt, size, via } = envelope;
  const more = to.length - MAX_RECIPIENTS;
  return html`<p class="meta">
    <span
      >${from || 'no sender'} →
      ${to
        .slice(0, MAX_RECIPIENTS)
        .map(
          (address) =>
            html`<a href="${hrefOf(query, { to: address, message: '', part: 'page', images: false })}">${address}</a> `,
        )}
      ${more > 0 ? `and ${more} more` : ''}</span
    >
    <span>${time(receivedAt)}</span>
    ${via ? html`<span>${via}</span>` : ''}
    <span>${sizeOf(size)}</span>
  </p>`;
}

/** Renders the open message. */
export async function messageView(query: WebQuery, stored: StoredMessage, listings: Listings): Promise<Html> {
  const { envelope, raw } = stored;
  const title = listings.titleOf(stored);
  const [message, { readCode, readLink }] = await Promise.all([decodeMessage(envelope, raw), loadFindings()]);
  const files = envelope.kind === 'email' ? await readMailFiles(raw) : [];
  return html`<article>
    <p class="back"><a href="${hrefOf(query, { message: '', part: 'page', images: false })}">‹ All messages</a></p>
    <h2>${(envelope.kind === 'sms' ? `SMS from ${envelope.from || 'no sender'}` : title) || 'No subject'}</h2>
    ${metaLine(query, stored)}
    ${message.unreadable === undefined ? '' : html`<p role="alert">This mail cannot be read: ${message.unreadable}</p>`}
    <div class="findings">${codeCard(readCode(message))} ${linkCard(readLink(message))}</div>
    <div id="facts">${messageFacts(stored, listings)}</div>
    <nav class="parts" aria-label="Parts of the message">
      ${partLinks(query, stored, files.length)}
      <a class="download" href="/api/messages/${envelope.id}/raw" download>Download</a>
    </nav>
    ${partOf(query, stored, message, files)}
  </article>`;
}

function codeCard({ value, reasons, problem }: Finding): Html {
  if (value === undefined)
    return html`<section class="card quiet">
      <h3>No code</h3>
      ${problemOf('Why', problem)}
    </section>`;
  return html`<section class="card">
    <h3>Code</h3>
    <p class="code" id="code">${value}</p>
    <button type="button" data-copy="${value}">Copy code</button>
    ${reasonsOf('Why this code', reasons)}
  </section>`;
}

function linkCard({ value, text, reasons, problem }: Finding): Html {
  if (value === undefined)
    return html`<section class="card quiet">
      <h3>No link to follow</h3>
      ${problemOf('Why', problem)}
    </section>`;
  const isWeb = /^https?:\/\//i.test(value);
  return html`<section class="card">
    <h3>Link</h3>
    <p class="link">
      ${text ? html`<strong>${text}</strong>` : ''}
      ${isWeb ? html`<a href="${value}" target="_blank" rel="noreferrer">${value}</a>` : html`<span>${value}</span>`}
    </p>
    <button type="button" class="second" data-copy="${value}">Copy link</button>
    ${reasonsOf('Why this link', reasons)}
  </section>`;
}

function reasonsOf(title: string, reasons: readonly string[]): Html {
  return html`<details>
    <summary>${title}</summary>
    <ul>
      ${reasons.map((reason) => html`<li>${reason}</li>`)}
    </ul>
  </details>`;
}

function problemOf(title: string, problem = ''): Html {
  return html`<details>
    <summary>${title}</summary>
    <p>${problem}</p>
  </details>`;
}

function partLinks(query: WebQuery, { envelope }: StoredMessage, files: number): Html[] {
  const names: Readonly<Record<MessagePart, string>> = {
    page: 'Message',
    text: 'Text',
    headers: 'Headers',
    source: 'Source',
    files: `Files (${files})`,
  };
  const parts = (Object.keys(names) as MessagePart[]).filter((part) =>
    envelope.kind === 'sms' ? part === 'page' : part !== 'files' || files > 0,
  );
  return parts.map(
    (part) =>
      html`<a href="${hrefOf(query, { part, images: false })}" ${part === query.part ? html`aria-current="true"` : ''}
        >${names[part]}</a
      >`,
  );
}

function partOf(query: WebQuery, stored: StoredMessage, message: Message, files: readonly MailFile[]): Html {
  const { id, kind } = stored.envelope;
  if (kind === 'sms') return html`<pre class="sms">${cut(message.text)}</pre>`;
  switch (query.part) {
    case 'text':
      return pre(message.plain ?? message.text);
    case 'headers':
      return pre(headOf(stored.raw));
    case 'source':
      return pre(stored.raw.toString('utf8', 0, MAX_SHOWN));
    case 'files':
      return fileList(id, files);
    default:
      return framed(query, message);
  }
}

function framed(query: WebQuery, message: Message): Html {
  if (message.html === undefined) return pre(message.text);
  const { isRemote } = renderMailPage(message);
  const images = query.images ? '?images=1' : '';
  const offer = query.images
    ? html`Pictures of other servers are shown. <a href="${hrefOf(query, { images: false })}">Hide them</a>`
    : html`This message shows pictures of other servers, which would tell them that it was opened.
        <a href="${hrefOf(query, { images: true })}">Show pictures</a>`;
  return html`${isRemote ? html`<p class="remote">${offer}</p>` : ''}
    <iframe
      title="Message as its recipient sees it"
      sandbox="allow-popups allow-popups-to-escape-sandbox"
      referrerpolicy="no-referrer"
      src="/inbox/page/${message.id}${images}"
    ></iframe>`;
}

function fileList(id: string, files: readonly MailFile[]): Html {
  return html`<ul class="files">
    ${files.map(
      ({ name, type, content }, index) =>
        html`<li>
          <a href="/inbox/file/${id}/${index}" download="${name}">${name}</a>
          <span class="soft">${type}, ${sizeOf(content.length)}</span>
        </li>`,
    )}
  </ul>`;
}

function pre(text: string): Html {
  return html`<pre tabindex="0">${cut(text) || 'It has no text.'}</pre>`;
}

function cut(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}\n… The rest is in the download.` : text;
}

function headOf(raw: Buffer): string {
  const head = raw.toString('utf8', 0, MAX_HEAD);
  const end = /\r?\n\r?\n/.exec(head);
  return end ? head.slice(0, end.index) : head;
}

/** Returns a size for people, such as `12 KB`. */
function sizeOf(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
