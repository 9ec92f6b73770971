// @ts-check
// Auth.js on Express: its own pages, its own mail; ours are the front page and a store in memory.
// Environment: PORT, SMTP_PORT (else the sink's own).
import { randomBytes, randomUUID } from 'node:crypto';
import { ExpressAuth, getSession } from '@auth/express';
import Nodemailer from '@auth/express/providers/nodemailer';
import express from 'express';

/** @typedef {import('@auth/core/adapters').Adapter} Adapter */
/** @typedef {import('@auth/core/adapters').AdapterUser} User */
/** @typedef {import('@auth/core/adapters').AdapterSession} Session */
/** @typedef {import('@auth/core/adapters').VerificationToken} Token */

/** @returns {Adapter} */
function createStore() {
  /** @type {Map<string, User>} */
  const users = new Map();
  /** @type {Map<string, Session>} */
  const sessions = new Map();
  /** @type {Map<string, Token>} */
  const tokens = new Map();
  const keyOf = (/** @type {{ identifier: string, token: string }} */ { identifier, token }) =>
    `${identifier} ${token}`;
  return {
    createUser: (user) => {
      const created = { ...user, id: randomUUID() };
      users.set(created.id, created);
      return created;
    },
    getUser: (id) => users.get(id) ?? null,
    getUserByEmail: (email) => [...users.values()].find((user) => user.email === email) ?? null,
    getUserByAccount: () => null,
    updateUser: (changes) => {
      const updated = /** @type {User} */ ({ ...users.get(changes.id), ...changes });
      users.set(updated.id, updated);
      return updated;
    },
    linkAccount: (account) => account,
    createSession: (session) => {
      sessions.set(session.sessionToken, session);
      return session;
    },
    getSessionAndUser: (sessionToken) => {
      const session = sessions.get(sessionToken);
      const user = session && users.get(session.userId);
      return session && user ? { session, user } : null;
    },
    updateSession: (changes) => {
      const session = sessions.get(changes.sessionToken);
      if (!session) return null;
      const updated = { ...session, ...changes };
      sessions.set(updated.sessionToken, updated);
      return updated;
    },
    deleteSession: (sessionToken) => void sessions.delete(sessionToken),
    createVerificationToken: (token) => {
      tokens.set(keyOf(token), token);
      return token;
    },
    useVerificationToken: (wanted) => {
      const token = tokens.get(keyOf(wanted)) ?? null;
      tokens.delete(keyOf(wanted));
      return token;
    },
  };
}

const smtpPort = Number(process.env.SMTP_PORT ?? process.env.PLAYWRIGHT_2FA_SMTP_PORT ?? 1025);
/** @type {import('@auth/express').ExpressAuthConfig} */
const config = {
  adapter: createStore(),
  trustHost: true,
  secret: randomBytes(32).toString('base64url'),
  providers: [
    Nodemailer({
      server: { host: '127.0.0.1', port: smtpPort, secure: false, ignoreTLS: true },
      from: 'no-reply@authjs.example',
    }),
  ],
};

const app = express();
app.use('/auth/*', ExpressAuth(config));
app.get('/', (req, res) => void home(req, res));
const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  console.log(`authjs ready url=http://localhost:${port}`);
});

/** @param {express.Request} req @param {express.Response} res */
async function home(req, res) {
  const user = (await getSession(req, config))?.user?.email;
  const body = user
    ? `<p data-testid="who">Signed in as <b>${user}</b></p><p><a href="/auth/signout">Sign out</a></p>`
    : '<p><a href="/auth/signin">Sign in</a></p>';
  res.send(`<!doctype html><html lang="en"><title>Host</title><h1>Host</h1>${body}</html>`);
}
