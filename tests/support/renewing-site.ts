import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Agent, type IncomingMessage, type ServerResponse, createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { TwoFactorError } from '../../src/core/errors.ts';
import type { ProfileBrowser } from '../../src/profile/restore.ts';
import type { ProfileState } from '../../src/profile/state.ts';

const SECOND = 1000;
const DAY = 86_400 * SECOND;

interface Session {
  readonly user: string;
  readonly family: string;
  readonly ends: number;
}

interface Family {
  readonly user: string;
  readonly ends: number;
  /** Refresh token that may be used once. */
  current: string;
}

export interface RenewingSiteOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Life of a session, in milliseconds. */
  readonly sessionLife: number;
  /** Life of a chain of refresh tokens, in milliseconds. @default 30 days */
  readonly refreshLife?: number;
  /** Real time that each answer takes, in milliseconds. @default 0 */
  readonly delay?: number;
}

/**
 * A site with short sessions, refresh tokens that work once, passwords that can be changed, and a second factor that it
 * skips on a trusted device.
 */
export class RenewingSite {
  readonly passwords = new Map<string, string>();
  /** Times of the sign-ins of each user. */
  readonly signIns = new Map<string, number[]>();
  /** Number of times that a password was refused. */
  readonly refusals = new Map<string, number>();
  secondFactors = 0;
  /** Refresh tokens that were used again, which ends their chain. */
  reused = 0;
  refreshes = 0;
  /** Requests about one user that were answered at the same time. */
  overlaps = 0;
  isDown = false;
  url = '';
  readonly #options: RenewingSiteOptions;
  readonly #sessions = new Map<string, Session>();
  readonly #families = new Map<string, Family>();
  readonly #devices = new Map<string, string>();
  readonly #busy = new Map<string, number>();
  readonly #server = createServer((request, response) => void this.#respond(request, response));

  constructor(options: RenewingSiteOptions) {
    this.#options = options;
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Sets a new password, and ends all sessions of the user. */
  changePassword(user: string, password: string): void {
    this.passwords.set(user, password);
    for (const [id, session] of this.#sessions) if (session.user === user) this.#sessions.delete(id);
    for (const [id, family] of this.#families) if (family.user === user) this.#families.delete(id);
  }

  async #respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const cookies = new Map(
      (request.headers.cookie ?? '').split('; ').map((pair) => pair.split('=', 2) as [string, string]),
    );
    const body = new URLSearchParams(request.method === 'POST' ? await text(request) : '');
    const user = body.get('user') ?? String(request.headers['x-user']);
    const end = this.#begin(user);
    response.once('close', end); // A caller that is killed does not wait for the answer.
    if (this.#options.delay) await new Promise((done) => setTimeout(done, this.#options.delay));
    end();
    if (this.isDown) return void response.writeHead(503).end();
    if (request.url === '/login') return this.#signIn(user, body, cookies, response);
    if (request.url === '/token') return this.#refresh(cookies.get('refresh_token') ?? '', response);
    const session = this.#sessions.get(cookies.get('sid') ?? '');
    response.writeHead(session && session.ends > this.#options.now() ? 200 : 401).end();
  }

  /** Counts a request of a user. Returns the function that ends it. */
  #begin(user: string): () => void {
    const others = this.#busy.get(user) ?? 0;
    if (others > 0) this.overlaps++;
    this.#busy.set(user, others + 1);
    let isOver = false;
    return () => {
      if (!isOver) this.#busy.set(user, (this.#busy.get(user) ?? 1) - 1);
      isOver = true;
    };
  }

  #signIn(user: string, body: URLSearchParams, cookies: Map<string, string>, response: ServerResponse): void {
    if (body.get('password') !== this.passwords.get(user)) {
      this.refusals.set(user, (this.refusals.get(user) ?? 0) + 1);
      return void response.writeHead(401).end();
    }
    const isTrusted = this.#devices.get(cookies.get('device') ?? '') === user;
    if (!isTrusted && body.get('code') === null) {
      this.secondFactors++;
      return void response.writeHead(403).end();
    }
    this.signIns.set(user, [...(this.signIns.get(user) ?? []), this.#options.now()]);
    const family = randomUUID();
    const { refreshLife = 30 * DAY, now } = this.#options;
    this.#families.set(family, { user, ends: now() + refreshLife, current: '' });
    const device = randomUUID();
    this.#devices.set(device, user);
    this.#give(family, response, [`device=${device}; HttpOnly; Max-Age=${(365 * DAY) / SECOND}`]);
  }

  #refresh(token: string, response: ServerResponse): void {
    const [id = ''] = token.split('.');
    const family = this.#families.get(id);
    if (!family || family.ends <= this.#options.now()) return void response.writeHead(401).end();
    if (family.current !== token) {
      this.reused++;
      this.#families.delete(id);
      return void response.writeHead(401).end();
    }
    this.refreshes++;
    this.#give(id, response, []);
  }

  #give(family: string, response: ServerResponse, more: readonly string[]): void {
    const { now, sessionLife } = this.#options;
    const chain = this.#families.get(family)!;
    const sid = randomUUID();
    chain.current = `${family}.${randomUUID()}`;
    this.#sessions.set(sid, { user: chain.user, family, ends: now() + sessionLife });
    for (const [old, { ends }] of this.#sessions) {
      if (ends > now()) break; // in the order of their beginning
      this.#sessions.delete(old);
    }
    response.setHeader('set-cookie', [
      `sid=${sid}; HttpOnly; Max-Age=${Math.floor(sessionLife / SECOND)}`,
      `refresh_token=${chain.current}; HttpOnly; Max-Age=${Math.floor((chain.ends - now()) / SECOND)}`,
      ...more,
    ]);
    response.writeHead(200).end();
  }
}

export interface VisitorOptions {
  readonly site: { readonly url: string };
  readonly user: string;
  readonly now: () => number;
  readonly password: () => string;
  /** True to renew sessions by refresh tokens. */
  readonly refreshes: boolean;
}

/** A user of the site who needs no browser. */
export function visitorOf({ site, user, now, password, refreshes }: VisitorOptions): ProfileBrowser {
  const call = async (
    path: string,
    state: ProfileState,
    form?: Record<string, string>,
  ): Promise<{ status: number; state: ProfileState }> => {
    const { status, cookies } = await ask(site.url + path, user, state.cookies, form);
    const set = cookies.map((text) => cookieOf(text, now()));
    const kept = state.cookies.filter(({ name }) => !set.some((one) => one.name === name));
    return { status, state: { ...state, cookies: [...kept, ...set] } };
  };
  const alive = (state: ProfileState): ProfileState => ({
    ...state,
    cookies: state.cookies.filter(({ expires }) => expires * SECOND > now()),
  });
  return {
    async signIn(previous) {
      const device = (previous?.cookies ?? []).filter(({ name }) => name === 'device');
      const form = { user, password: password() };
      let answer = await call('/login', { cookies: device, origins: [] }, form);
      if (answer.status === 403) answer = await call('/login', answer.state, { ...form, code: '123456' });
      if (answer.status === 401)
        throw new TwoFactorError('SIGN_IN_REFUSED', 'Refused.', { details: { refusal: 'password' } });
      if (answer.status !== 200) throw new Error(`HTTP ${answer.status}`);
      return answer.state;
    },
    async probe(state) {
      const { status } = await call('/account', alive(state));
      if (status >= 500) throw new TwoFactorError('PROFILE_NOT_SIGNED_IN', `HTTP ${status}`);
      return status === 200 ? state : undefined;
    },
    ...(refreshes
      ? {
          async refresh(state: ProfileState) {
            const answer = await call('/token', alive(state), {});
            if (answer.status !== 200) throw new Error(`HTTP ${answer.status}`);
            return answer.state;
          },
        }
      : {}),
  };
}

/** Connections that are used again: a simulation sends ten thousands of requests. */
const agent = new Agent({ keepAlive: true });

/** Sends a request with cookies, and returns the status and the cookies of the response. */
export async function ask(
  url: string,
  user: string,
  cookies: readonly { readonly name: string; readonly value: string }[],
  form?: Record<string, string>,
): Promise<{ status: number; cookies: readonly string[] }> {
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const sent = httpRequest(url, { agent, method: form ? 'POST' : 'GET', headers: { cookie, 'x-user': user } });
  sent.end(form && new URLSearchParams(form).toString());
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return { status: response.statusCode ?? 0, cookies: response.headers['set-cookie'] ?? [] };
}

function cookieOf(text: string, now: number): ProfileState['cookies'][number] {
  const [, name = '', value = '', seconds = '0'] = /^(\w+)=([^;]*);.*Max-Age=(\d+)/.exec(text) ?? [];
  const expires = now / SECOND + Number(seconds);
  const place = { domain: '127.0.0.1', path: '/', httpOnly: true, secure: false, sameSite: 'Lax' } as const;
  return { name, value, expires, ...place };
}
