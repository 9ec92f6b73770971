import { html } from 'hono/html';
import type { Refusal } from '../store.ts';
import type { Html } from './html.ts';
import { time } from './message-list.ts';

/** Maximum number of refusals that are shown. */
const MAX_REFUSALS = 200;

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
