import type { Hono } from 'hono';
import { type HandoffAnswer, type HandoffRequest, readGivenCode } from '../protocol/handoff.ts';
import type { Handoffs } from './handoffs.ts';

const FORM = 'Send one of {"code": "012345"}, {"done": true} and {"decline": true}.';

/**
 * Adds the routes by which programs list and answer requests to a person. Who may read the messages of the sink may
 * answer; others need the one-time token of the request.
 */
export function addHandoffApi(app: Hono, handoffs: Handoffs): void {
  app.get('/api/handoffs', (context) =>
    context.json({ handoffs: handoffs.list() }, 200, { 'cache-control': 'no-store' }),
  );

  app.post('/api/handoffs/:id/answer', async (context) => {
    const id = context.req.param('id');
    const request = handoffs.get(id);
    if (request === 'answered') return context.json({ error: 'Somebody has answered this request already.' }, 409);
    if (!request) return context.json({ error: GONE }, 404);
    const answer = readAnswer(request, await context.req.json<unknown>().catch(() => undefined));
    if (typeof answer === 'string') return context.json({ error: answer }, 400);
    return handoffs.answerById(id, answer)
      ? context.json({ answered: id })
      : context.json({ error: 'Somebody has answered this request already.' }, 409);
  });
}

const GONE = 'There is no such request: it expired, the sign-in has ended, or the sink was restarted.';

/** Reads the body of an answer. Returns the problem if there is one. */
function readAnswer({ asks }: HandoffRequest, body: unknown): HandoffAnswer | string {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Readonly<Record<string, unknown>>;
  const given = ['code', 'done', 'decline'].filter((name) => fields[name] !== undefined && fields[name] !== false);
  if (given.length !== 1) return FORM;
  if (fields['decline'] === true) return { isDeclined: true };
  if (asks === 'approval')
    return fields['done'] === true
      ? { isDone: true }
      : 'The request asks for an approval: send {"done": true} or {"decline": true}.';
  const code = readGivenCode(fields['code']);
  return code === undefined
    ? 'The request asks for a code: send {"code": "012345"}, a string of up to 64 characters.'
    : { code };
}
