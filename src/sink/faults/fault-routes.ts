import type { Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type Fault, faultProblems } from '../../protocol/fault.ts';
import { readRecipient } from '../recipient.ts';
import type { FaultRefusal, Faults } from './faults.ts';

/** Owner of the faults that were set over HTTP: they last until they are removed. */
const HTTP_CLIENTS = {};

/** Lets faults delay the answers of all routes that deliver messages. Add it before them. */
export function addFaultMiddleware(app: Hono, faults: Faults): void {
  app.use(async (_context, next) => (faults.isActive ? await faults.answer(next) : await next()));
}

/** Answers a request whose delivery a fault refuses. */
export function answerRefusal(context: Context, { status, message }: FaultRefusal): Response {
  if (status === 429 || status === 503) context.header('retry-after', '1');
  return context.json({ error: message }, status as ContentfulStatusCode);
}

/**
 * Adds the routes by which clients set and remove faults.
 *
 * @param country the country of numbers without a country code. @default they are refused
 */
export function addFaultRoutes(app: Hono, faults: Faults, country?: string): void {
  app.get('/api/faults', async (context) => {
    const to = context.req.query('to');
    const recipient = to === undefined ? undefined : await readRecipient(to, country);
    return context.json({ faults: faults.list(recipient && 'to' in recipient ? recipient.to : to) });
  });

  app.put('/api/faults', async (context) => {
    const recipient = await readRecipient(context.req.query('to'), country);
    const body = (await context.req.json<{ faults?: unknown } | null>().catch(() => undefined)) ?? {};
    const problems = [...('problem' in recipient ? [recipient.problem] : []), ...faultProblems(body.faults)];
    if (problems.length > 0 || 'problem' in recipient) return refuse(context, problems);
    const { kind, to } = recipient;
    const problem = faults.set(HTTP_CLIENTS, kind, to, body.faults as Fault[]);
    return problem === undefined ? context.json(faults.list(to)[0] ?? { to, faults: [] }) : refuse(context, [problem]);
  });

  app.delete('/api/faults', async (context) => {
    const given = context.req.query('to');
    if (given === undefined) return context.json({ deleted: faults.clear(HTTP_CLIENTS) });
    const recipient = await readRecipient(given, country);
    if ('problem' in recipient) return refuse(context, [recipient.problem]);
    return context.json({ deleted: faults.clear(HTTP_CLIENTS, recipient.kind, recipient.to) });
  });
}

function refuse(context: Context, problems: readonly string[]): Response {
  return context.json({ error: `${problems.join('; ')}.`, problems }, 400);
}
