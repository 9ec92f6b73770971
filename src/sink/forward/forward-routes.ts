import type { Hono } from 'hono';
import { type ForwardRule, isAddressPattern } from './forward-rules.ts';
import { isAddress } from './forward-url.ts';
import type { Forwarder } from './forwarder.ts';

const MAX_DESTINATIONS = 10;
const NO_SERVER = 'This sink forwards no mail. Start it with --forward-to, or set PLAYWRIGHT_2FA_FORWARD_TO.';

/** Adds the API of forwarding rules. It never shows the password of the mail server. */
export function addForwardRoutes(app: Hono, forwarder: Forwarder | undefined): void {
  app.get('/api/forwards', (context) => {
    if (!forwarder) return context.json({ error: NO_SERVER }, 404);
    const { server, rules, counts } = forwarder;
    const { host, port, to, domains } = server;
    return context.json({ server: `${host}:${port}`, to, domains, rules, ...counts });
  });

  app.put('/api/forwards/:address', async (context) => {
    if (!forwarder) return context.json({ error: NO_SERVER }, 404);
    const rule = readRule(context.req.param('address'), await context.req.json().catch(() => undefined));
    if (!rule) {
      const error = `Send {"to": ["qa@acme.com"]} with 1 to ${MAX_DESTINATIONS} addresses, for an address or a pattern such as alice@* in the path.`;
      return context.json({ error }, 400);
    }
    const problem = forwarder.setRule(rule);
    return problem === undefined ? context.json(rule) : context.json({ error: problem }, 403);
  });

  app.delete('/api/forwards/:address', (context) => {
    const address = context.req.param('address');
    const isRemoved = forwarder?.removeRule(address) === true;
    return isRemoved ? context.json({ deleted: 1 }) : context.json({ error: `No rule for "${address}".` }, 404);
  });
}

function readRule(address: string, value: unknown): ForwardRule | undefined {
  const { to } = (typeof value === 'object' && value !== null ? value : {}) as { readonly to?: unknown };
  const list = Array.isArray(to) ? (to as unknown[]) : [to];
  const isValid = list.every((one): one is string => typeof one === 'string' && isAddress(one));
  if (!isAddressPattern(address) || !isValid || list.length === 0 || list.length > MAX_DESTINATIONS) return undefined;
  return { address, to: list };
}
