import { sourceHash } from './source-hash.ts';
import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { html, raw } from 'hono/html';
import type { HandoffRequest } from '../protocol/handoff.ts';
import { MAX_FORM, readAnswerForm } from './handoff-form.ts';
import { STYLE } from './handoff-style.ts';
import { HANDOFF_PATH, type Handoffs, LETTERS_QUERY } from './handoffs.ts';

/** Shows the time of expiry in the time zone of the person. The page works without it. */
const SCRIPT = `for (const time of document.querySelectorAll('time')) time.textContent = new Date(time.dateTime).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })`;

/** Forbids other scripts, external resources, foreign form targets, framing, caching and referrers that leak the URL. */
const HEADERS = {
  'content-security-policy': `default-src 'none'; style-src '${sourceHash(STYLE)}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; script-src '${sourceHash(SCRIPT)}'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex',
};

/** Adds the pages on which people answer. A GET does not use up the link: programs that preview links send one. */
export function addHandoffRoutes(app: Hono, handoffs: Handoffs): void {
  app.get(`${HANDOFF_PATH}:token`, (context) => {
    const request = handoffs.find(context.req.param('token'));
    if (!request) return gone(context);
    const problem = request.lastCodeRefused ? { problem: REFUSED } : {};
    return send(context, questionPage(request, { ...fieldOf(context, request), ...problem }));
  });

  app.post(
    `${HANDOFF_PATH}:token`,
    bodyLimit({
      maxSize: MAX_FORM,
      onError: (context) => send(context, notice('The code is too long', TOO_LONG), 413),
    }),
    async (context) => {
      const token = context.req.param('token');
      const request = handoffs.find(token);
      if (!request) return gone(context);
      const answer = readAnswerForm(request, await context.req.parseBody().catch(() => ({})));
      if (!answer) {
        const field = { ...fieldOf(context, request), problem: 'Enter a code of up to 64 characters.' };
        return send(context, questionPage(request, field), 400);
      }
      return handoffs.answer(token, answer)
        ? send(context, notice('Thank you.', 'isDeclined' in answer ? DECLINED : ANSWERED))
        : gone(context);
    },
  );
}

type Html = ReturnType<typeof html>;

/** The field for the code. */
interface Field {
  /** True for a code with letters. */
  readonly hasLetters: boolean;
  /** True if it is unknown whether the code has letters, so that the person may choose. */
  readonly isOpen: boolean;
  /** Problem of the last answer. */
  readonly problem?: string;
}

const ANSWERED = 'The sign-in goes on by itself. You may close this page.';
const DECLINED = 'The sign-in ends. You may close this page.';
const REFUSED = 'The site refused the last code. Enter a new one.';
const TOO_LONG = 'Go back, and enter a code of up to 64 characters.';
const GONE = 'It may have been answered already, or the sign-in has ended. Nothing is left to do here.';

function fieldOf(context: Context, { charset }: HandoffRequest): Field {
  const isOpen = charset === undefined;
  return { isOpen, hasLetters: isOpen ? context.req.query(LETTERS_QUERY) !== undefined : charset === 'alphanumeric' };
}

function questionPage(request: HandoffRequest, field: Field): Html {
  const { asks, persona, title, origin } = request;
  const isCode = asks === 'code';
  const heading = isCode ? 'A code is needed' : 'Your approval is needed';
  const site = URL.canParse(origin) ? new URL(origin).host : origin;
  return layout(
    `${heading} for ${persona}`,
    html`<h1>${heading}</h1>
      <p><strong>${persona}</strong> signs in at <strong>${site}</strong>, which asks for:<br />${title}</p>
      <form method="post">
        ${isCode ? codeField(field) : ''}
        ${
          isCode
            ? html`<button name="answer" value="code">Send</button>`
            : html`<p>Approve the sign-in in the app or on the device that the site has notified.</p>
                <button name="answer" value="done">I have approved it</button>`
        }
        <button class="second" name="answer" value="decline" formnovalidate>Decline</button>
      </form>
      ${details(request)}`,
    isCode
      ? 'The sign-in goes on as soon as the code is here. This page accepts one answer.'
      : 'The sign-in goes on as soon as the site has your approval.',
  );
}

/** An `autocomplete` of `one-time-code` lets a telephone offer the code of an SMS. */
function codeField({ hasLetters, isOpen, problem }: Field): Html {
  const other = hasLetters ? '?' : `?${LETTERS_QUERY}`;
  return html`<label for="code">Code</label>
    <input
      id="code"
      name="code"
      type="text"
      inputmode="${hasLetters ? 'text' : 'numeric'}"
      autocomplete="one-time-code"
      autocapitalize="${hasLetters ? 'characters' : 'off'}"
      autocorrect="off"
      spellcheck="false"
      enterkeyhint="send"
      maxlength="64"
      required
      autofocus
      ${problem ? raw('aria-invalid="true" aria-describedby="problem"') : ''}
    />
    ${problem ? html`<p role="alert" id="problem">${problem}</p>` : ''}
    ${
      isOpen
        ? html`<p class="hint"><a href="${other}">${hasLetters ? 'It has digits only' : 'It has letters, too'}</a></p>`
        : ''
    }`;
}

function details({ label, destination, origin, requestedBy, expiresAt }: HandoffRequest): Html {
  const expiry = new Date(expiresAt).toISOString();
  const row = (name: string, value: string | Html): Html =>
    html`<dt>${name}</dt>
      <dd>${value}</dd>`;
  return html`<dl>
    ${row('Site', origin)} ${label ? row('The page says', label) : ''} ${destination ? row('Sent to', destination) : ''}
    ${row('Requested by', requestedBy)}
    ${row('Answer by', html`<time datetime="${expiry}">${expiry.slice(11, 16)} UTC</time>`)}
  </dl>`;
}

function notice(text: string, next: string): Html {
  return layout(
    text,
    html`<h1>${text}</h1>
      <p>${next}</p>`,
  );
}

function layout(title: string, body: Html, next = ''): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        ${raw(`<style>${STYLE}</style>`)}
      </head>
      <body>
        <main>${body}</main>
        <footer>
          ${next ? html`<p>${next}</p>` : ''}
          <p>playwright-2fa</p>
        </footer>
        ${raw(`<script>${SCRIPT}</script>`)}
      </body>
    </html>`;
}

/** Responds alike to unknown, used and expired links, so that tokens cannot be probed. */
async function gone(context: Context): Promise<Response> {
  return await send(context, notice('This link is not valid or has expired', GONE), 404);
}

async function send(context: Context, page: Html, status: 200 | 400 | 404 | 413 = 200): Promise<Response> {
  return context.html(await page, status, HEADERS);
}
