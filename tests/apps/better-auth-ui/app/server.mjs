// @ts-check
// The built pages, and the better-auth server behind them, with a store in memory.
// Environment: PORT, SMTP_PORT (else the sink's own), SEED_USERS (JSON: email, password, totp if it has one).
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { passkey } from '@better-auth/passkey';
import { betterAuth } from 'better-auth';
import { memoryAdapter } from 'better-auth/adapters/memory';
import { symmetricEncrypt } from 'better-auth/crypto';
import { toNodeHandler } from 'better-auth/node';
import { emailOTP, magicLink, twoFactor } from 'better-auth/plugins';
import nodemailer from 'nodemailer';

const DIST = fileURLToPath(new URL('dist', import.meta.url));
const TYPES = { '.js': 'text/javascript', '.css': 'text/css', '.html': 'text/html; charset=utf-8' };
const smtp = nodemailer.createTransport({
  host: '127.0.0.1',
  port: Number(process.env.SMTP_PORT ?? process.env.PLAYWRIGHT_2FA_SMTP_PORT ?? 1025),
  secure: false,
  ignoreTLS: true,
});

/**
 * @param {string} to
 * @param {string} subject
 * @param {string} text
 */
async function mail(to, subject, text) {
  await smtp.sendMail({ from: 'no-reply@ui.example', to, subject, text });
}

/** @param {string} origin */
function createAuth(origin) {
  return betterAuth({
    appName: 'UI host',
    baseURL: origin,
    secret: randomBytes(32).toString('base64url'),
    database: memoryAdapter({ user: [], session: [], account: [], verification: [], twoFactor: [], passkey: [] }),
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    emailAndPassword: {
      enabled: true,
      sendResetPassword: ({ user, url }) => mail(user.email, 'Reset your password', `Choose a new password: ${url}`),
    },
    plugins: [
      twoFactor({
        issuer: 'UI host',
        otpOptions: { sendOTP: ({ user, otp }) => mail(user.email, 'Verification code', `Code: ${otp}`) },
      }),
      emailOTP({
        sendVerificationOTP: ({ email, otp }) => mail(email, 'Sign-in code', `Your one-time code: ${otp}`),
      }),
      magicLink({ sendMagicLink: ({ email, url }) => mail(email, 'Your magic link', `Sign in: ${url}`) }),
      passkey({ rpID: 'localhost', rpName: 'UI host', origin }),
    ],
  });
}

/**
 * @param {ReturnType<typeof createAuth>} auth
 * @param {{ email: string, password: string, totp?: string }} seed
 */
async function seedUser(auth, { email, password, totp }) {
  const ctx = await auth.$context;
  const name = email.replace(/@.*/, '');
  const user = await ctx.internalAdapter.createUser({ email, name, emailVerified: true, twoFactorEnabled: true });
  await ctx.internalAdapter.linkAccount({
    userId: user.id,
    providerId: 'credential',
    accountId: user.id,
    password: await ctx.password.hash(password),
  });
  const encrypt = (/** @type {string} */ data) => symmetricEncrypt({ key: ctx.secretConfig, data });
  await ctx.adapter.create({
    model: 'twoFactor',
    data: {
      userId: user.id,
      // Without the record no second factor is taken, the mailed code neither.
      secret: await encrypt(
        totp ? textOfBase32(new URL(totp).searchParams.get('secret') ?? '') : randomBytes(20).toString('hex'),
      ),
      backupCodes: await encrypt('[]'),
      verified: true,
    },
  });
}

/** better-auth keeps a seed as text, and takes the bytes of the text for the key. @param {string} base32 */
function textOfBase32(base32) {
  const bits = [...base32].map((char) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0'));
  const bytes = bits.join('').match(/.{8}/g) ?? [];
  return String.fromCharCode(...bytes.map((byte) => Number.parseInt(byte, 2)));
}

/** Every path that is no file is a page of the application. @param {string} pathname */
function fileOf(pathname) {
  const file = join(DIST, pathname);
  return file.startsWith(join(DIST, 'assets')) && existsSync(file) ? file : join(DIST, 'index.html');
}

/** @type {ReturnType<typeof toNodeHandler>} */
let api;
const server = http.createServer((req, res) => {
  const { pathname } = new URL(req.url ?? '/', 'http://localhost');
  if (pathname.startsWith('/api/auth/')) return void api(req, res);
  const file = fileOf(pathname);
  res.writeHead(200, { 'content-type': TYPES[/** @type {keyof typeof TYPES} */ (extname(file))] });
  res.end(readFileSync(file));
});
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', async () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const origin = `http://localhost:${port}`;
  const auth = createAuth(origin);
  await Promise.all(JSON.parse(process.env.SEED_USERS ?? '[]').map((/** @type {any} */ user) => seedUser(auth, user)));
  api = toNodeHandler(auth);
  console.log(`better-auth-ui ready url=${origin}`);
});
