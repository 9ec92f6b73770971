// @ts-check
// An OpenAuth issuer with its own pages, and a small application that sends its users there, each on an origin of its own.
// Environment: PORT, ISSUER_PORT, SMTP_PORT and SMS_URL (else the sink's own).
import http from 'node:http';
import { serve } from '@hono/node-server';
import { issuer } from '@openauthjs/openauth';
import { createClient } from '@openauthjs/openauth/client';
import { CodeProvider } from '@openauthjs/openauth/provider/code';
import { PasswordProvider } from '@openauthjs/openauth/provider/password';
import { MemoryStorage } from '@openauthjs/openauth/storage/memory';
import { createSubjects } from '@openauthjs/openauth/subject';
import { CodeUI } from '@openauthjs/openauth/ui/code';
import { PasswordUI } from '@openauthjs/openauth/ui/password';
import nodemailer from 'nodemailer';
import { object, string } from 'valibot';

/** @typedef {import('node:http').IncomingMessage} Request */
/** @typedef {import('node:http').ServerResponse} Response */

const HOST = '127.0.0.1';
const smtp = nodemailer.createTransport({
  host: HOST,
  port: Number(process.env.SMTP_PORT ?? process.env.PLAYWRIGHT_2FA_SMTP_PORT ?? 1025),
  secure: false,
  ignoreTLS: true,
});
const smsUrl = process.env.SMS_URL ?? process.env.PLAYWRIGHT_2FA_SINK_URL ?? 'http://127.0.0.1:8025';
const subjects = createSubjects({ user: object({ id: string() }) });

/** @param {Record<string, string>} claims @param {string} code */
async function mailCode({ email }, code) {
  await smtp.sendMail({
    from: 'Login <login@openauth.example>',
    to: email,
    subject: 'Your pin code',
    text: `Your pin code is ${code}`,
    html: `<table><tr><td>Your pin code</td></tr><tr><td><strong>${code}</strong></td></tr></table>`,
  });
}

/** @param {Record<string, string>} claims @param {string} code */
async function textCode({ phone }, code) {
  await fetch(new URL('/sms', smsUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to: phone, from: '+15005550006', body: `${code} is your pin code` }),
  });
}

/** @returns {Promise<string>} its address */
function startIssuer() {
  const app = issuer({
    subjects,
    storage: MemoryStorage(),
    providers: {
      email: CodeProvider(CodeUI({ sendCode: mailCode })),
      phone: CodeProvider(
        CodeUI({
          mode: 'phone',
          copy: { email_placeholder: 'Phone', code_info: "We'll send a pin code to your phone." },
          sendCode: textCode,
        }),
      ),
      password: PasswordProvider(PasswordUI({ sendCode: (email, code) => mailCode({ email }, code) })),
    },
    // The provider of passwords has an address, those of codes have claims.
    success: (ctx, /** @type {any} */ { email, claims }) =>
      ctx.subject('user', { id: email ?? claims.email ?? claims.phone }),
  });
  return new Promise((resolve) => {
    serve({ fetch: app.fetch, hostname: HOST, port: Number(process.env.ISSUER_PORT ?? 0) }, ({ port }) =>
      resolve(`http://localhost:${port}`),
    );
  });
}

/**
 * @param {string} origin
 * @param {string} issuerUrl
 */
function createHost(origin, issuerUrl) {
  const client = createClient({ clientID: 'host', issuer: issuerUrl });

  /** @param {Request} req */
  async function userOf(req) {
    const token = /(?:^|;\s*)access=([^;]+)/.exec(req.headers.cookie ?? '')?.[1];
    const verified = token && (await client.verify(subjects, token));
    return verified && !verified.err ? verified.subject.properties.id : undefined;
  }

  /** @param {Request} req @param {Response} res */
  return async (req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '/', origin);
    const [, login, provider] = pathname.split('/');
    if (login === 'login' && provider) {
      const { url } = await client.authorize(`${origin}/callback`, 'code', { provider });
      return void res.writeHead(302, { location: url }).end();
    }
    if (pathname === '/callback') {
      const answer = await client.exchange(searchParams.get('code') ?? '', `${origin}/callback`);
      if (answer.err) return void res.writeHead(400).end('The sign-in failed.');
      const cookie = `access=${answer.tokens.access}; HttpOnly; Path=/; SameSite=Lax`;
      return void res.writeHead(302, { location: '/', 'set-cookie': cookie }).end();
    }
    const user = await userOf(req);
    if (pathname === '/session') return void res.end(JSON.stringify({ user: user ?? null }));
    res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page(user));
  };
}

/** @param {string | undefined} user */
function page(user) {
  const who = user?.replace(/[<&]/g, '');
  const body = who
    ? `<h1>Welcome</h1><p data-testid="who">Signed in as <b>${who}</b></p>`
    : '<h1>Host</h1><p><a href="/login/email">Sign in by email</a></p><p><a href="/login/phone">Sign in by phone</a></p>';
  return `<!doctype html><html lang="en"><title>Host</title>${body}</html>`;
}

const issuerUrl = await startIssuer();
/** @type {(req: Request, res: Response) => Promise<void>} */
let host;
const server = http.createServer((req, res) => {
  host(req, res).catch((error) => {
    console.error(`${req.method} ${req.url}:`, error);
    res.writeHead(500).end();
  });
});
server.listen(Number(process.env.PORT ?? 0), HOST, () => {
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  const origin = `http://localhost:${port}`;
  host = createHost(origin, issuerUrl);
  console.log(`openauth ready url=${origin} issuer=${issuerUrl}`);
});
