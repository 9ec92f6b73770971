// @ts-check
// An OAuth server (oidc-provider) that takes each refresh token once, and a client in the browser, on an origin of its own,
// that renews its access token all the time, or at /once as often as it is opened. Environment: PORT, SEED_USERS (JSON: email, password).
// What the server did for each user is told at /stats of the client's origin: signIns, renewals, revoked.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { Provider } from 'oidc-provider';

/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */

const HOST = '127.0.0.1';
/** @type {{ email: string, password: string }[]} */
const users = JSON.parse(process.env.SEED_USERS ?? '[]');
const stats = Object.fromEntries(users.map(({ email }) => [email, { signIns: 0, renewals: 0, revoked: 0 }]));
const page = readFileSync(new URL('./client.html', import.meta.url), 'utf8');

const [issuer, client] = [http.createServer(), http.createServer()];
const [issuerUrl, origin] = [await listen(issuer, 0), await listen(client, Number(process.env.PORT ?? 0))];
const provider = createProvider();
const answer = provider.callback();
issuer.on('request', (req, res) => {
  if (req.url?.startsWith('/interaction/')) signIn(req, res).catch((error) => res.writeHead(500).end(String(error)));
  else answer(req, res);
});
client.on('request', (req, res) => {
  if (req.url === '/stats') return res.end(JSON.stringify(stats));
  res.setHeader('content-type', 'text/html; charset=utf-8');
  res.end(page.replace('ISSUER', issuerUrl));
});
console.log(`oidc-provider ready url=${origin} issuer=${issuerUrl}`);

/** @param {http.Server} server @param {number} port @returns {Promise<string>} its address */
async function listen(server, port) {
  server.listen(port, HOST);
  await once(server, 'listening');
  return `http://localhost:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
}

function createProvider() {
  const provider = new Provider(issuerUrl, {
    clients: [
      {
        client_id: 'web',
        redirect_uris: [`${origin}/`, `${origin}/once`],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
      },
    ],
    clientBasedCORS: () => true,
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    features: { devInteractions: { enabled: false } },
    findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    issueRefreshToken: () => true,
    loadExistingGrant: async (ctx) => {
      const { client, session } = ctx.oidc;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid');
      await grant.save();
      return grant;
    },
    rotateRefreshToken: true,
  });
  provider.on('grant.success', ({ oidc }) => {
    const of = stats[oidc.entities.Account.accountId];
    of[oidc.params.grant_type === 'refresh_token' ? 'renewals' : 'signIns'] += 1;
  });
  provider.on('grant.revoked', ({ oidc }) => void (stats[oidc.entities.Account.accountId].revoked += 1));
  return provider;
}

/** @param {Request} req @param {Response} res */
async function signIn(req, res) {
  let body = '';
  for await (const chunk of req) body += chunk;
  const form = new URLSearchParams(body);
  const user = users.find(({ email, password }) => email === form.get('email') && password === form.get('password'));
  if (user) return await provider.interactionFinished(req, res, { login: { accountId: user.email } });
  res.setHeader('content-type', 'text/html; charset=utf-8');
  res.end(`<!doctype html><html lang="en"><title>Sign in</title><h1>Sign in</h1><form method="post">
    ${req.method === 'POST' ? '<p role="alert">Wrong password.</p>' : ''}
    <label>Email <input name="email" type="email" autocomplete="username"></label>
    <label>Password <input name="password" type="password" autocomplete="current-password"></label>
    <button>Sign in</button></form></html>`);
}
