import { bodyLimit } from 'hono/body-limit';
import { Hono } from 'hono';
import { reasonOf } from '../core/errors.ts';
import { foldAddress } from '../message/address.ts';
import { withCountryCode } from '../message/national-number.ts';
import type { Message } from '../message/message.ts';
import { decodeMessage } from '../message/decode.ts';
import { readSubject } from '../message/fast-mime.ts';
import { addFaultMiddleware, addFaultRoutes, answerRefusal } from './faults/fault-routes.ts';
import { FaultRefusal } from './faults/faults.ts';
import { type InboundOptions, addInboundRoutes } from './inbound.ts';
import { addInboundMailRoute } from './inbound-mail/inbound-mail-route.ts';
import { addForwardRoutes } from './forward/forward-routes.ts';
import type { Forwarder } from './forward/forwarder.ts';
import { addGatewayRoutes } from './gateways/gateway-routes.ts';
import { addSmsHook } from './gateways/sms-hook.ts';
import { addTwilioRoutes } from './gateways/twilio.ts';
import { addVerifyRoutes } from './gateways/twilio-verify.ts';
import { addHandoffApi } from './handoff-api.ts';
import { addHandoffRoutes } from './handoff-page.ts';
import type { Handoffs } from './handoffs.ts';
import { addOpenApiRoute } from './openapi/openapi-route.ts';
import { addWaitRoutes } from './wait/wait-routes.ts';
import type { MessageStore } from './store.ts';
import type { StoredMessage } from './stored-message.ts';
import { addWebRoutes } from './web/web-routes.ts';

/** Maximum size of the body of a request that contains no mail, in bytes. */
const MAX_BODY = 64 * 1024;
/** Maximum value of `limit` in `/api/messages`. */
const MAX_LIMIT = 1000;
/** Length of a piece of a listing, in characters. */
const PIECE = 16 * 1024;

/** Creates the HTTP routes of the sink, except the push stream. */
export function createHttpApp(
  store: MessageStore,
  handoffs: Handoffs,
  inbound: InboundOptions = {},
  forwarder?: Forwarder,
): Hono {
  const app = new Hono();
  const { keeper } = store;
  if (keeper)
    app.use(async ({ req: { method, path } }, next) => {
      await next();
      if (method !== 'GET' || path === '/sms') await keeper.settled();
    });
  addFaultMiddleware(app, store.faults);
  // Routes of whole mails come first: they limit their bodies by the size of a mail (`readMailBody`).
  addGatewayRoutes(app, store, inbound.country);
  addInboundMailRoute(app, store, inbound);
  app.use(
    bodyLimit({
      maxSize: MAX_BODY,
      onError: (context) => context.json({ error: `Bodies are limited to ${MAX_BODY} bytes.` }, 413),
    }),
  );

  /** Reads a recipient as the gateways do. */
  const recipient = async (to: string | undefined): Promise<string | undefined> => {
    const read = to === undefined ? undefined : await withCountryCode(to, inbound.country);
    return read && 'number' in read ? read.number : to;
  };

  app.get('/api/messages', async (context) => {
    const { to, since = '0', limit = '50' } = context.req.query();
    const count = Math.min(Math.max(Math.floor(Number(limit)) || 50, 1), MAX_LIMIT);
    const found = select(store, await recipient(to), Number(since) || 0).slice(-count);
    return context.body(jsonListing(store, found), 200, { 'content-type': 'application/json' });
  });

  app.delete('/api/messages', async (context) => {
    // An empty variable of a shell must not delete the messages of all tests.
    const query = context.req.query();
    if (query['to'] === '' || Object.keys(query).some((name) => name !== 'to'))
      return context.json(
        { error: 'Pass `to`, an address, and nothing else; or nothing, to delete all messages.' },
        400,
      );
    const to = await recipient(context.req.query('to'));
    return context.json({ deleted: store.delete(select(store, to, 0)) });
  });

  app.get('/api/messages/:id', async (context) => {
    const message = store.find(context.req.param('id'));
    return message ? context.json(await decoded(message)) : context.json(notFound(store, context.req.param('id')), 404);
  });

  app.get('/api/messages/:id/raw', (context) => {
    const message = store.find(context.req.param('id'));
    if (!message) return context.json(notFound(store, context.req.param('id')), 404);
    const { kind, id } = message.envelope;
    const type = kind === 'email' ? 'message/rfc822' : 'text/plain; charset=utf-8';
    const name = `${id}.${kind === 'email' ? 'eml' : 'txt'}`;
    return context.body(new Uint8Array(message.raw), 200, {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
    });
  });

  app.delete('/api/messages/:id', (context) => {
    const message = store.find(context.req.param('id'));
    return message
      ? context.json({ deleted: store.delete([message]) })
      : context.json(notFound(store, context.req.param('id')), 404);
  });

  addSmsHook(app, store, inbound.country);
  addTwilioRoutes(app, store, inbound.country);
  addVerifyRoutes(app, store, inbound.country);
  addInboundRoutes(app, store, inbound);
  addForwardRoutes(app, forwarder);
  addHandoffRoutes(app, handoffs);
  addWebRoutes(app, store, handoffs);
  addWaitRoutes(app, store, inbound.country);
  addFaultRoutes(app, store.faults, inbound.country);
  addOpenApiRoute(app);
  addHandoffApi(app, handoffs);
  // A client may hang up in the middle of a request.
  app.onError((error, context) => {
    if (error instanceof FaultRefusal) return answerRefusal(context, error);
    const problem = problemOf(error);
    return problem === undefined
      ? context.json({ error: `The request failed: ${reasonOf(error)}` }, 500)
      : context.json({ error: problem }, 400);
  });
  app.notFound((context) =>
    context.json({ error: `The sink has no route ${context.req.method} ${context.req.path}.` }, 404),
  );
  return app;
}

/** Returns what is wrong with a request that no route could read. */
function problemOf(error: Error): string | undefined {
  if (error instanceof URIError) return 'The path or the query has a malformed percent escape: write % as %25.';
  return error instanceof RangeError && error.message.includes('call stack')
    ? 'The body is nested too deeply.'
    : undefined;
}

/** Encodes a list of messages piece by piece, as the client reads it. Messages that are deleted meanwhile are left out. */
function jsonListing(store: MessageStore, messages: readonly StoredMessage[]): ReadableStream<Uint8Array> {
  const pieces = listingPieces(store, messages);
  return new ReadableStream<string>({
    pull(controller) {
      let text = '';
      while (text.length < PIECE) {
        const { value, done } = pieces.next();
        if (done) {
          controller.enqueue(text);
          return controller.close();
        }
        text += value;
      }
      controller.enqueue(text);
    },
  }).pipeThrough(new TextEncoderStream());
}

function* listingPieces(store: MessageStore, messages: readonly StoredMessage[]): Generator<string> {
  yield `{"mark":${JSON.stringify(store.mark())},"messages":[`;
  let isFirst = true;
  for (const message of messages) {
    if (store.find(message.envelope.id) !== message) continue;
    yield `${isFirst ? '' : ','}${JSON.stringify(summary(message))}`;
    isFirst = false;
  }
  yield ']}';
}

function select(store: MessageStore, to: string | undefined, since: number): StoredMessage[] {
  const all = [...store.since(since)];
  if (!to) return all;
  const wanted = { email: foldAddress('email', to), sms: foldAddress('sms', to) };
  return all.filter(({ envelope, folded }) => folded.includes(wanted[envelope.kind]));
}

async function decoded(message: StoredMessage): Promise<Message & { seq: number; claims: object[] }> {
  const { envelope, raw } = message;
  return { seq: envelope.seq, ...(await decodeMessage(envelope, raw)), claims: claimsOf(message) };
}

/** Returns who has claimed a message, for which recipient, and when. */
function claimsOf({ claims }: StoredMessage): object[] {
  return claims.map(({ folded, owner, at }) => ({ to: folded, by: owner.title, at: new Date(at) }));
}

function summary(message: StoredMessage): Record<string, unknown> {
  const { envelope, allocation } = message;
  const subject = envelope.kind === 'email' ? readSubject(allocation.bytes) : '';
  return { ...envelope, receivedAt: new Date(envelope.receivedAt), subject, claims: claimsOf(message) };
}

function notFound(store: MessageStore, id: string): { error: string } {
  const { messages } = store.size;
  return {
    error: `No message "${id}": it was deleted, evicted by a cap (${store.maxMessages} messages, ${store.maxBytes} bytes), or belongs to an earlier sink. The sink holds ${messages}.`,
  };
}
