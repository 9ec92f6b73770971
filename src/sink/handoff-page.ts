import { createHash } from 'node:crypto';
import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { html, raw } from 'hono/html';
import { type HandoffAnswer, type HandoffRequest, readGivenCode } from '../protocol/handoff.ts';
import { HANDOFF_PATH, type Handoffs } from './handoffs.ts';

/** Maximum size of a submitted form, in bytes: a code and the pressed button. */
const MAX_BODY = 4096;

const STYLE = `body{margin:0;background:#f3f4f6;color:#1f2937;font:16px/1.5 system-ui,sans-serif}
main{max-width:26rem;margin:10vh auto;padding:2rem;border-radius:12px;background:#fff;box-shadow:0 1px 4px #0002}
h1{margin:0 0 1rem;font-size:1.5rem}dt{font-weight:600}dd{margin:0 0 .75rem;overflow-wrap:anywhere}
label{display:block;font-weight:600}input{box-sizing:border-box;width:100%;padding:.6rem;font:inherit}
button{margin:1rem .5rem 0 0;padding:.6rem 1.1rem;font:inherit}[role=alert]{color:#b91c1c}`;

/** Forbids scripts, external resources, foreign form targets, framing, caching and referrers that leak the URL. */
const HEADERS = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
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
    return request ? send(context, questionPage(request)) : gone(context);
  });

  app.post(
    `${HANDOFF_PATH}:token`,
    bodyLimit({ maxSize: MAX_BODY, onError: (context) => send(context, notice('The code is too long'), 413) }),
    async (context) => {
      const token = context.req.param('token');
      const request = handoffs.find(token);
      if (!request) return gone(context);
      const answer = readAnswer(request, await context.req.parseBody().catch(() => ({})));
      if (!answer) return send(context, questionPage(request, 'Enter a code of up to 64 characters.'), 400);
      return handoffs.answer(token, answer)
        ? send(context, notice('Thank you. You may close this page.'))
        : gone(context);
    },
  );
}

function readAnswer({ asks }: HandoffRequest, form: Record<string, unknown>): HandoffAnswer | undefined {
  const { answer } = form;
  if (answer === 'decline') return { isDeclined: true };
  if (asks === 'approval') return answer === 'done' ? { isDone: true } : undefined;
  const code = answer === 'code' ? readGivenCode(form['code']) : undefined;
  return code === undefined ? undefined : { code };
}

type Html = ReturnType<typeof html>;

function questionPage(request: HandoffRequest, problem?: string): Html {
  const { asks, persona, requestedBy, title, label, destination, origin, expiresAt } = request;
  const heading = asks === 'code' ? 'A code is needed' : 'Your approval is needed';
  const field = html`<label for="code">Code</label>
    <input
      id="code"
      name="code"
      type="text"
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      maxlength="64"
      autofocus
    />
    <button name="answer" value="code">Send</button>`;
  const done = html`<button name="answer" value="done">I have approved it</button>`;
  return layout(
    heading,
    html`<h1>${heading}</h1>
      <dl>
        <dt>Request</dt>
        <dd>${title}</dd>
        ${
          label
            ? html`<dt>The page says</dt>
                <dd>${label}</dd>`
            : ''
        }
        ${
          destination
            ? html`<dt>Sent to</dt>
                <dd>${destination}</dd>`
            : ''
        }
        <dt>Site</dt>
        <dd>${origin}</dd>
        <dt>Persona</dt>
        <dd>${persona}</dd>
        <dt>Requested by</dt>
        <dd>${requestedBy}</dd>
        <dt>Expires</dt>
        <dd>${new Date(expiresAt).toISOString().slice(11, 19)} UTC</dd>
      </dl>
      ${problem ? html`<p role="alert">${problem}</p>` : ''}
      <form method="post">
        ${asks === 'code' ? field : done}
        <button name="answer" value="decline">Decline</button>
      </form>`,
  );
}

function notice(text: string): Html {
  return layout(text, html`<h1>${text}</h1>`);
}

function layout(title: string, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width" />
      <title>${title}</title>
      <style>
        ${raw(STYLE)}
      </style>
      <main>${body}</main>
    </html>`;
}

/** Responds alike to unknown, used and expired links, so that tokens cannot be probed. */
async function gone(context: Context): Promise<Response> {
  return await send(context, notice('This link is not valid or has expired'), 404);
}

async function send(context: Context, page: Html, status: 200 | 400 | 404 | 413 = 200): Promise<Response> {
  return context.html(await page, status, HEADERS);
}
