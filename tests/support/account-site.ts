import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateCode } from '../../src/otp/generate.ts';
import { readSeed } from '../../src/otp/seed.ts';

const FORM = (said: string): string => `<h1>Sign in</h1>${said}<form method="post" action="/login">
  <label>Email <input name="email" type="email" autocomplete="username"></label>
  <label>Password <input name="password" type="password" autocomplete="current-password"></label>
  <button>Sign in</button></form>`;

const CODE_FORM = (said: string): string => `<h1>Two-factor authentication</h1>${said}
  <p>Enter the code of your authenticator app.</p><form method="post" action="/code">
  <label>Code <input name="code" inputmode="numeric" autocomplete="one-time-code"></label><button>Verify</button></form>`;

const HOME = '<h1>Account</h1><p>Welcome back.</p><a href="/logout">Sign out</a>';
const WRONG = '<p role="alert">The email or password is incorrect.</p>';
const WRONG_CODE = '<p role="alert">This code is invalid.</p>';

/** A site with one account, on a server of its own. */
export class AccountSite {
  /** Its password. */
  password: string;
  /** Seed of its authenticator. @default no second factor */
  seed: string | undefined;
  /** Passwords that were sent, in order. */
  readonly passwords: string[] = [];
  /** Number of codes that were refused. */
  refusedCodes = 0;
  readonly #server: Server;
  readonly #host: string;
  readonly #sessions = new Map<string, 'password' | 'signed-in'>();

  private constructor(server: Server, host: string, password: string, seed: string | undefined) {
    this.#server = server;
    this.#host = host;
    this.password = password;
    this.seed = seed;
    server.on('request', (request, response) => {
      void this.#answer(request).then(({ location, cookie, body = '' }) => {
        if (cookie) response.setHeader('set-cookie', `sid=${cookie}; HttpOnly; Path=/`);
        if (location !== undefined) return response.writeHead(303, { location }).end();
        response.setHeader('content-type', 'text/html');
        response.end(`<!doctype html><html lang="en"><title>Acme</title><body>${body}</body></html>`);
      });
    });
  }

  static async start(
    password: string,
    { seed, host = '127.0.0.1' }: { readonly seed?: string; readonly host?: string } = {},
  ): Promise<AccountSite> {
    const server = createServer();
    server.listen(0, host);
    await once(server, 'listening');
    return new AccountSite(server, host, password, seed);
  }

  get origin(): string {
    return `http://${this.#host}:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage): Promise<{ location?: string; cookie?: string; body?: string }> {
    const form = new URLSearchParams(await textOf(request));
    const { sid = '' } = Object.fromEntries(new URLSearchParams(request.headers.cookie?.replaceAll('; ', '&')));
    const path = new URL(request.url ?? '/', this.origin).pathname;
    if (request.method === 'POST' && path === '/login') {
      this.passwords.push(form.get('password') ?? '');
      if (form.get('password') !== this.password) return { body: FORM(WRONG) };
      const cookie = randomUUID();
      this.#sessions.set(cookie, this.seed === undefined ? 'signed-in' : 'password');
      return { cookie, location: this.seed === undefined ? '/' : '/code' };
    }
    if (request.method === 'POST' && path === '/code') {
      if (!(await this.#isCode(form.get('code') ?? ''))) {
        this.refusedCodes++;
        return { body: CODE_FORM(WRONG_CODE) };
      }
      const cookie = randomUUID();
      this.#sessions.set(cookie, 'signed-in');
      return { cookie, location: '/' };
    }
    const state = this.#sessions.get(sid);
    if (path === '/code' && state === 'password') return { body: CODE_FORM('') };
    if (state === 'signed-in') return { body: HOME };
    return path === '/login' ? { body: FORM('') } : { location: '/login' };
  }

  /** Counter-based codes, so that no test waits for a period. */
  async #isCode(code: string): Promise<boolean> {
    const seed = readSeed(this.seed ?? '');
    const codes = await Promise.all(Array.from({ length: 10 }, (_, counter) => generateCode(seed, counter)));
    return codes.includes(code);
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
