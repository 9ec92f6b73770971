import { sourceHash } from '../source-hash.ts';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { decodeMessage } from '../../message/decode.ts';
import { readMailFiles } from '../../message/mail-files.ts';
import { renderMailPage } from '../../message/mail-page.ts';
import { MAX_FORM } from '../handoff-form.ts';
import type { Handoffs } from '../handoffs.ts';
import type { MessageStore } from '../store.ts';
import { Answers } from './answers.ts';
import { Changes } from './changes.ts';
import { InboxPage, SCRIPT, STYLE } from './inbox-page.ts';
import { readWebQuery } from './web-query.ts';

/** Maximum number of messages whose codes a request asks for. */
const MAX_IDS = 50;

const COMMON = {
  'cache-control': 'no-store',
  // Other sites learn nothing. A form of the page still says that it comes from here.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'x-robots-tag': 'noindex',
};
/** Forbids all scripts and styles but our own, external resources, framing, and forms that lead elsewhere. */
const PAGE_HEADERS = {
  ...COMMON,
  'content-security-policy': `default-src 'none'; style-src '${sourceHash(STYLE)}'; script-src '${sourceHash(SCRIPT)}'; img-src data:; connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
  'x-frame-options': 'DENY',
};
/** A message has an origin of its own, and is nothing but a picture of itself with links. */
const FRAME_POLICY = "sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'";

/** Creates the routes of the web inbox. */
export function createWebApp(store: MessageStore, handoffs: Handoffs): Hono {
  const app = new Hono();
  const answers = new Answers(handoffs);
  const page = new InboxPage(store, handoffs, answers);
  const changes = new Changes(store, handoffs);

  app.get('/', async (context) => {
    const isUpdate = context.req.query('update') === '1';
    return context.html(await page.render(readWebQuery(context.req.query()), isUpdate), 200, PAGE_HEADERS);
  });

  app.post(
    '/inbox/handoffs/:id',
    bodyLimit({ maxSize: MAX_FORM, onError: (context) => context.text('The code is too long.', 413, COMMON) }),
    async (context) => {
      const id = context.req.param('id');
      const form = await context.req.parseBody().catch(() => ({}));
      if (!answers.isOwn(id, form))
        return context.text('This form is not of this sink. Open the page again.', 403, COMMON);
      return context.redirect(`/?view=handoffs&result=${answers.take(id, form)}`, 303);
    },
  );

  app.get('/inbox/events', (context) => {
    const events = changes.open();
    if (!events) return context.text('Too many pages are open.', 503, COMMON);
    return context.body(events, 200, { ...COMMON, 'content-type': 'text/event-stream' });
  });

  app.get('/inbox/codes', async (context) => {
    const ids = (context.req.query('ids') ?? '').split(',').slice(0, MAX_IDS);
    const codes: Record<string, string> = {};
    for (const id of ids) {
      const message = store.find(id);
      if (message) codes[id] = await page.readings.code(message);
    }
    return context.json(codes, 200, COMMON);
  });

  app.get('/inbox/page/:id', async (context) => {
    const stored = store.find(context.req.param('id'));
    if (!stored) return gone(context);
    const { envelope, raw } = stored;
    const remoteImages = context.req.query('images') === '1';
    const files = envelope.kind === 'email' ? await readMailFiles(raw) : [];
    const message = await decodeMessage(envelope, raw);
    const { html, policy } = renderMailPage(message, { files, remoteImages, linkTarget: '_blank' });
    const headers = { 'content-security-policy': `${FRAME_POLICY}; ${policy}`, 'x-dns-prefetch-control': 'off' };
    return context.html(html, 200, { ...COMMON, ...headers });
  });

  app.get('/inbox/file/:id/:index', async (context) => {
    const stored = store.find(context.req.param('id'));
    const file = stored && (await readMailFiles(stored.raw))[Number(context.req.param('index'))];
    if (!file) return gone(context);
    return context.body(new Uint8Array(file.content), 200, {
      ...COMMON,
      // Never a type that a browser shows: a file may be a page with scripts.
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename*=UTF-8''${encodedName(file.name)}`,
      'content-security-policy': "sandbox; default-src 'none'",
    });
  });
  return app;
}

function gone(context: Context): Response {
  return context.text('This message is gone: it was deleted, or newer ones took its place.', 404, COMMON);
}

/** Encodes a file name for a header (RFC 8187). */
function encodedName(name: string): string {
  return encodeURIComponent(name.replace(/\p{Surrogate}/gu, '\uFFFD')).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
}
