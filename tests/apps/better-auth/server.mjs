// @ts-check
// The host application: sign-in pages in front of a better-auth server, which creates and verifies all codes, links and
// sessions. Environment: PORT, SMTP_PORT, SMS_URL (default: the sink), SEED_USERS (see seed.mjs), TOTP_PERIOD (seconds),
// MESSAGES=vendors (mail by Resend's client, SMS by Twilio Verify; default: SMTP and Twilio's messages).
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import { passkey } from '@better-auth/passkey';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { fromNodeHeaders, toNodeHandler } from 'better-auth/node';
import { emailOTP } from 'better-auth/plugins/email-otp';
import { magicLink } from 'better-auth/plugins/magic-link';
import { phoneNumber } from 'better-auth/plugins/phone-number';
import { twoFactor } from 'better-auth/plugins/two-factor';
import { SqliteDialect } from 'kysely';
import Database from 'libsql';
import QRCode from 'qrcode';
import { createMessenger } from './messages.mjs';
import { accountPage, notFoundPage, passwordPage, publicPages, securityPage } from './pages.mjs';
import { parseSeedUsers, seedUsers } from './seed.mjs';

/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */
/** @typedef {ReturnType<typeof createAuth>} Auth */
/** @typedef {ReturnType<typeof createMessenger>} Messenger */

const HOST = '127.0.0.1';

/**
 * Successful sign-ins by e-mail address, counted as better-auth stores and withdraws sessions.
 * @type {Map<string, number>}
 */
const signIns = new Map();
let requests = 0;

/**
 * Counts a session. better-auth also stores one for a password before its second factor, and replaces the session when
 * an authenticator is enabled. The same endpoint deletes the extra session, and that deletion is subtracted.
 * @param {{ userId: string }} session
 * @param {import('better-auth').GenericEndpointContext | null} ctx
 * @param {1 | -1} step
 */
async function countSession(session, ctx, step) {
  if (!ctx) return;
  if (step < 0 && !/^\/(sign-in|two-factor)\//.test(ctx.path)) return;
  const user = await ctx.context.internalAdapter.findUserById(session.userId);
  if (user) signIns.set(user.email, (signIns.get(user.email) ?? 0) + step);
}

/**
 * @param {string} origin
 * @param {Messenger} messenger
 */
function createAuth(origin, messenger) {
  return betterAuth({
    appName: 'Acme',
    baseURL: origin,
    secret: randomBytes(32).toString('base64url'),
    // With a bare database, better-auth wraps sign-up in a transaction, which holds the only connection until the
    // verification mail is sent. With a dialect, it does not.
    database: { dialect: new SqliteDialect({ database: openDatabase() }), type: 'sqlite' },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    emailAndPassword: {
      enabled: true,
      requireEmailVerification: true,
      sendResetPassword: ({ user, url }) => messenger.sendPasswordReset(user.email, url),
    },
    emailVerification: {
      sendOnSignUp: true,
      autoSignInAfterVerification: true,
      sendVerificationEmail: ({ user, url }) => messenger.sendVerification(user.email, url),
    },
    databaseHooks: {
      session: {
        create: { after: (session, ctx) => countSession(session, ctx, 1) },
        delete: { after: (session, ctx) => countSession(session, ctx, -1) },
      },
    },
    plugins: [
      emailOTP({ sendVerificationOTP: ({ email, otp }) => messenger.sendEmailCode(email, otp) }),
      magicLink({ sendMagicLink: ({ email, url }) => messenger.sendMagicLink(email, url) }),
      phoneNumber({
        sendOTP: ({ phoneNumber: to, code }) => messenger.sendSmsCode(to, code),
        ...(messenger.verifySmsCode && { verifyOTP: messenger.verifySmsCode }),
        signUpOnVerification: {
          getTempEmail: (number) => `${number.replace(/\D/g, '')}@phone.acme.example`,
          getTempName: (number) => number,
        },
      }),
      passkey({ rpName: 'Acme' }),
      twoFactor({
        issuer: 'Acme',
        totpOptions: { period: Number(process.env.TOTP_PERIOD ?? 30) },
        otpOptions: { sendOTP: ({ user, otp }) => messenger.sendTwoFactorCode(user.email, otp) },
      }),
    ],
  });
}

/** Opens a database with libSQL, which is prebuilt and has the part of better-sqlite3's interface that Kysely needs. */
function openDatabase() {
  const database = new Database(':memory:');
  return /** @type {import('kysely').SqliteDatabase} */ (/** @type {unknown} */ (database));
}

/**
 * @param {Response} res
 * @param {string} html
 */
function sendHtml(res, html, status = 200) {
  res.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  res.end(html);
}

/**
 * @param {Response} res
 * @param {unknown} body
 */
function sendJson(res, body, status = 200) {
  res.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  res.end(JSON.stringify(body));
}

/**
 * @param {Response} res
 * @param {string} location
 */
function redirect(res, location) {
  res.writeHead(302, { location, 'cache-control': 'no-store' });
  res.end();
}

/** @param {Request} req */
async function readText(req) {
  let text = '';
  req.setEncoding('utf8');
  for await (const chunk of req) {
    text += chunk;
    if (text.length > 10_000) throw new Error('request body too large');
  }
  return text;
}

/**
 * Returns the pages for signed-in users.
 * @param {Auth} auth
 * @param {Request} req
 * @param {Response} res
 * @param {URL} url
 */
async function privateRoute(auth, req, res, url) {
  const session = await auth.api.getSession({ headers: fromNodeHeaders(req.headers) });
  // A rejected link redirects to '/' with ?error=..., which the sign-in page shows.
  if (!session) return redirect(res, `/login${url.search}`);
  if (url.pathname === '/') return sendHtml(res, accountPage(session.user));
  if (url.pathname === '/security') return sendHtml(res, securityPage(Boolean(session.user.twoFactorEnabled)));
  // A user with a lost device enrolls another one.
  if (url.pathname === '/security/renew') return sendHtml(res, securityPage(false, true));
  if (url.pathname === '/password') return sendHtml(res, passwordPage());
  // The page has the otpauth URI from better-auth. Only its QR code is drawn here.
  if (req.method !== 'POST') return sendHtml(res, notFoundPage(), 404);
  sendJson(res, { image: await QRCode.toDataURL(await readText(req), { margin: 4, scale: 4 }) });
}

/**
 * @param {string} origin
 * @param {Auth} auth
 * @param {Messenger} messenger
 */
function createRouter(origin, auth, messenger) {
  const authHandler = toNodeHandler(auth);
  /** @param {Request} req @param {Response} res */
  return async (req, res) => {
    const url = new URL(req.url ?? '/', origin);
    if (url.pathname === '/stats') return sendJson(res, { signIns: Object.fromEntries(signIns), requests });
    if (url.pathname === '/outbox') return sendJson(res, messenger.outbox(url.searchParams.get('to')));
    requests += 1;
    if (url.pathname.startsWith('/api/auth/')) return authHandler(req, res);
    if (['/', '/security', '/security/qr', '/security/renew', '/password'].includes(url.pathname))
      return privateRoute(auth, req, res, url);
    const page = publicPages.get(url.pathname);
    return page ? sendHtml(res, page) : sendHtml(res, notFoundPage(), 404);
  };
}

async function main() {
  /** @type {((req: Request, res: Response) => Promise<void>) | undefined} */
  let router;
  const server = http.createServer((req, res) => {
    if (!router) return sendJson(res, { message: 'starting' }, 503);
    router(req, res).catch((error) => {
      console.error(`${req.method} ${req.url}:`, error);
      if (!res.headersSent) sendJson(res, { message: 'Internal error' }, 500);
      else res.end();
    });
  });
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0));

  // better-auth needs its base URL on creation. With PORT=0, the port is known only after listening.
  const port = await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(process.env.PORT ?? 0), HOST, () => {
      resolve(/** @type {import('node:net').AddressInfo} */ (server.address()).port);
    });
  });
  const origin = `http://localhost:${port}`;
  const messenger = createMessenger({
    origin,
    smtpPort: Number(process.env.SMTP_PORT ?? process.env.PLAYWRIGHT_2FA_SMTP_PORT ?? 1025),
    smsUrl: process.env.SMS_URL ?? process.env.PLAYWRIGHT_2FA_SINK_URL ?? 'http://127.0.0.1:8025',
    usesVendors: process.env.MESSAGES === 'vendors',
  });
  const auth = createAuth(origin, messenger);
  const { runMigrations } = await getMigrations(auth.options);
  await runMigrations();
  await seedUsers(await auth.$context, parseSeedUsers(process.env.SEED_USERS));
  router = createRouter(origin, auth, messenger);
  console.log(`better-auth host ready url=${origin}`);
}

main().catch((error) => {
  console.error('better-auth host failed to start:', error);
  process.exit(1);
});
