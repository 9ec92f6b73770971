import { html } from 'hono/html';
import type { HandoffRequest } from '../../protocol/handoff.ts';
import type { Refusal } from '../store.ts';
import type { Html } from './html.ts';
import { time } from './message-list.ts';

/** Maximum number of refusals that are shown. */
const MAX_REFUSALS = 200;

/**
 * Renders the requests that wait for a person. Their links are not shown. A link lets its owner answer for the person who
 * was asked; access to this page lets its owner read messages, and no more.
 */
export function handoffsView(requests: readonly HandoffRequest[]): Html {
  return html`<section class="side" aria-label="Requests to people">
    <h2>Requests to people</h2>
    <p class="soft">
      The person who was asked has the link to answer. It is not shown here, because it answers for that person.
    </p>
    ${
      requests.length === 0
        ? html`<p class="empty"><strong>Nobody is asked.</strong> A sign-in that needs a person appears here.</p>`
        : html`<ul class="entries">
            ${requests.map(handoff)}
          </ul>`
    }
  </section>`;
}

function handoff({ persona, title, origin, requestedBy, destination, expiresAt, asks }: HandoffRequest): Html {
  return html`<li class="card">
    <h3>${persona} · ${asks === 'code' ? 'code' : 'approval'}</h3>
    <p><strong>${title}</strong></p>
    <dl>
      <dt>Site</dt>
      <dd>${origin}</dd>
      ${
        destination
          ? html`<dt>Sent to</dt>
              <dd>${destination}</dd>`
          : ''
      }
      <dt>Requested by</dt>
      <dd>${requestedBy}</dd>
      <dt>Answer by</dt>
      <dd>${time(expiresAt)}</dd>
    </dl>
  </li>`;
}

/** Renders the deliveries that got an error reply, newest first. */
export function refusalsView(refusals: readonly Refusal[]): Html {
  const newest = refusals.slice(-MAX_REFUSALS).toReversed();
  return html`<section class="side" aria-label="Refusals">
    <h2>Refusals</h2>
    <p class="soft">Deliveries by SMTP and HTTP that the sink refused, with its replies.</p>
    ${
      newest.length === 0
        ? html`<p class="empty"><strong>Nothing was refused.</strong></p>`
        : html`<ol class="log" reversed>
            ${newest.map(({ at, reason }) => html`<li>${time(at)} <code>${reason}</code></li>`)}
          </ol>`
    }
  </section>`;
}
