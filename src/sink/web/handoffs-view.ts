import { html } from 'hono/html';
import type { ListedHandoff } from '../../protocol/handoff.ts';
import type { AnswerResult } from './answer-result.ts';
import type { Html } from './html.ts';
import { time } from './message-list.ts';

/** Results of an answer, as the page shows them after it. */
const RESULTS: Readonly<Record<AnswerResult, string>> = {
  answered: 'Answered. The sign-in goes on by itself.',
  declined: 'Declined. The sign-in ends.',
  invalid: 'Enter a code of up to 64 characters.',
  gone: 'This request is gone: it was answered already, or the sign-in has ended.',
};

/**
 * Renders the requests that wait for a person, each with a form to answer it. The links of the handoff pages are not shown:
 * they work without access to the sink.
 *
 * @param tokenOf returns the token that proves that a form comes from this page
 * @param result result of the last answer
 */
export function handoffsView(
  handoffs: readonly ListedHandoff[],
  tokenOf: (id: string) => string,
  result: AnswerResult | undefined,
): Html {
  const isProblem = result === 'invalid' || result === 'gone';
  return html`<section class="side" aria-label="Requests to people">
    <h2>Requests to people</h2>
    <p class="soft">Sign-ins that wait for a person. Each takes one answer.</p>
    ${result ? html`<p role="${isProblem ? 'alert' : 'status'}" class="result">${RESULTS[result]}</p>` : ''}
    ${
      handoffs.length === 0
        ? html`<p class="empty"><strong>Nobody is asked.</strong> A sign-in that needs a person appears here.</p>`
        : html`<ul class="entries">
            ${handoffs.map((one) => entry(one, tokenOf(one.id)))}
          </ul>`
    }
  </section>`;
}

function entry(handoff: ListedHandoff, token: string): Html {
  const { persona, title, origin, requestedBy, destination, expiresAt, asks } = handoff;
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
    ${form(handoff, token)}
  </li>`;
}

function form({ id, persona, asks, charset }: ListedHandoff, token: string): Html {
  const field = `code-${id}`;
  return html`<form class="answer" method="post" action="/inbox/handoffs/${id}" aria-label="Answer for ${persona}">
    <input type="hidden" name="token" value="${token}" />
    ${
      asks === 'code'
        ? html`<label for="${field}">Code</label>
            <input
              id="${field}"
              name="code"
              type="text"
              inputmode="${charset === 'digits' ? 'numeric' : 'text'}"
              autocomplete="one-time-code"
              autocapitalize="off"
              autocorrect="off"
              spellcheck="false"
              maxlength="64"
              required
            />
            <button name="answer" value="code">Send</button>`
        : html`<button name="answer" value="done">I have approved it</button>`
    }
    <button class="second" name="answer" value="decline" formnovalidate>Decline</button>
  </form>`;
}
