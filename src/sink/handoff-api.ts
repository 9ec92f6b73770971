import type { Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { tokenInHeader } from '../core/http-access.ts';
import { type HandoffAnswer, type HandoffRequest, readGivenCode } from '../protocol/handoff.ts';
import type { Handoffs } from './handoffs.ts';

/** Maximum size of an answer, in bytes. */
const MAX_BODY = 4096;
const GONE = 'There is no such handoff: its id or token is wrong, or it has expired.';
const ANSWERED = 'The handoff has been answered already.';
const EXPECTED = {
  code: 'Send the code as a string of up to 64 characters: { "code": "012345" }; or { "decline": true }.',
  approval: 'Send { "done": true } or { "decline": true }.',
};

/**
 * Adds the routes by which programs list and answer handoffs. The listing is subject to the access rules of the sink. An
 * answer needs the token of its handoff instead, so that who answers needs no access to the messages.
 */
export function addHandoffApi(app: Hono, handoffs: Handoffs): void {
  app.get('/api/handoffs', (context) =>
    context.json({ handoffs: handoffs.list() }, 200, { 'cache-control': 'no-store' }),
  );

  app.get('/api/handoffs/:id', (context) => {
    const id = context.req.param('id');
    const handoff = handoffs.list().find((open) => open.id === id);
    if (!handoff) return context.json({ error: GONE }, 404);
    return context.json({ ...handoff, path: handoffs.pathOf(id) }, 200, { 'cache-control': 'no-store' });
  });

  app.post(
    '/api/handoffs/:id/answer',
    bodyLimit({
      maxSize: MAX_BODY,
      onError: (context) => context.json({ error: `Answers are limited to ${MAX_BODY} bytes.` }, 413),
    }),
    async (context) => {
      const id = context.req.param('id');
      const token = tokenInHeader(context.req.header('authorization'));
      const handoff = handoffs.authorize(id, token);
      if (!handoff || handoff.isAnswered) return refuse(context, handoff !== undefined);
      const answer = readAnswer(handoff.request, await context.req.json<unknown>().catch(() => undefined));
      if (!answer) return context.json({ error: EXPECTED[handoff.request.asks] }, 400);
      if (!handoffs.answer(token, answer)) return refuse(context, handoffs.authorize(id, token) !== undefined);
      return context.json({ id }, 200, { 'cache-control': 'no-store' });
    },
  );
}

/** Responds alike to unknown and expired handoffs and to wrong tokens, so that tokens and ids cannot be probed. */
function refuse(context: Context, isAnswered: boolean): Response {
  return isAnswered ? context.json({ error: ANSWERED }, 409) : context.json({ error: GONE }, 404);
}

/** Reads an answer with exactly one member. */
function readAnswer({ asks }: HandoffRequest, value: unknown): HandoffAnswer | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const [[name, given] = [], ...others] = Object.entries(value as Record<string, unknown>);
  if (others.length > 0) return undefined;
  if (name === 'decline' && given === true) return { isDeclined: true };
  if (asks === 'approval') return name === 'done' && given === true ? { isDone: true } : undefined;
  const code = name === 'code' ? readGivenCode(given) : undefined;
  return code === undefined ? undefined : { code };
}
