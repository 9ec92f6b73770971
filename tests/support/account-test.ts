import { randomBytes } from 'node:crypto';
import { type Page, test as base } from '@playwright/test';
import { toDataURL } from 'qrcode';
import type { AccountCredentials } from '../../src/account-pages/account-credentials.ts';
import { generateCode } from '../../src/otp/generate.ts';
import { type OtpSeed, encodeBase32, readSeed } from '../../src/otp/seed.ts';
import { Totp } from '../../src/otp/totp.ts';
import { fillSecret } from '../../src/secret/fill.ts';
import { Secret } from '../../src/secret/secret.ts';
import type { CredentialKeeper, LearnedMembers, ProposedChange } from '../../src/sign-in/credential-keeper.ts';
import { FakeRuntime } from './fake-runtime.ts';
import { MemoryLedger } from './memory-ledger.ts';

/** Address of the site under test. */
export const SITE = 'https://acme.example';

/** An entry of the book of a keeper. */
export interface KeptChange {
  readonly origin: string;
  readonly members: LearnedMembers;
  state: 'proposed' | 'confirmed' | 'withdrawn' | 'left';
}

/** Keeps what a persona learns in memory, and remembers what became of each change. */
export class MemoryKeeper implements CredentialKeeper {
  readonly changes: KeptChange[] = [];
  /** Called when a change is proposed. */
  onPropose: (members: LearnedMembers) => void = () => undefined;

  async propose(origin: string, members: LearnedMembers): Promise<ProposedChange> {
    const change: KeptChange = { origin, members, state: 'proposed' };
    this.changes.push(change);
    this.onPropose(members);
    const end = (state: KeptChange['state']) => async () => {
      if (change.state === 'proposed') change.state = state;
    };
    return { confirm: end('confirmed'), withdraw: end('withdrawn'), leave: end('left') };
  }

  /** The confirmed changes of a member. */
  confirmed<K extends keyof LearnedMembers>(member: K): NonNullable<LearnedMembers[K]>[] {
    return this.changes.flatMap(({ state, members }) => {
      const value = members[member];
      return state === 'confirmed' && value !== undefined ? [value] : [];
    });
  }
}

/** A persona that changes its account, without a vault and without message sources. */
export interface AccountPersona {
  readonly credentials: AccountCredentials;
  readonly keeper: MemoryKeeper;
  readonly runtime: FakeRuntime;
}

const NO_MESSAGES = {
  mark: () => Promise.resolve(0),
  waitForCode: () => Promise.reject(new Error('no messages')),
  messages: () => Promise.resolve([]),
} as unknown as AccountCredentials['inbox'];

/** Creates a persona for tests of pages where an account is changed. */
export function accountPersona(more: Partial<AccountCredentials> = {}): AccountPersona {
  const runtime = new FakeRuntime({ timeout: 5000 });
  const keeper = new MemoryKeeper();
  const ledger = new MemoryLedger();
  const credentials: AccountCredentials = {
    name: 'alice',
    username: 'alice@acme.example',
    email: 'alice@acme.example',
    phone: '+12025550123',
    // A proposed password is used at once, as by a real persona.
    get password() {
      const last = keeper.changes.findLast(({ state, members }) => state !== 'withdrawn' && members.password);
      return new Secret('alice/password', last?.members.password ?? 'old Secret 1234');
    },
    inbox: NO_MESSAGES,
    sms: NO_MESSAGES as unknown as AccountCredentials['sms'],
    codeFormat: undefined,
    timeout: 5000,
    keeper,
    authenticator: (seed) => new Totp('alice', seed, runtime, undefined, () => Promise.resolve(ledger)),
    passkeys: async (page) => await page.context().credentials.get(),
    fill: async (locator, secret, options) => await fillSecret(locator, secret, { ...options, origins: [SITE] }),
    requireTarget: () => Promise.resolve(),
  };
  return { credentials: Object.assign(Object.create(credentials) as AccountCredentials, more), keeper, runtime };
}

/** The second factor of a user on a site under test. */
export class SiteAuthenticator {
  readonly seed: OtpSeed;
  readonly uri: string;
  readonly base32: string;
  isOn = false;
  /** Codes that the site was sent. */
  readonly sent: string[] = [];
  readonly recoveryCodes: readonly string[] = Array.from({ length: 8 }, () => {
    const text = randomBytes(5).toString('hex');
    return `${text.slice(0, 5)}-${text.slice(5)}`;
  });

  constructor(parameters = '') {
    this.base32 = encodeBase32(randomBytes(20));
    this.uri = `otpauth://totp/Acme:alice?secret=${this.base32}&issuer=Acme${parameters}`;
    this.seed = readSeed(this.uri);
  }

  /** Checks a code of this period or of a neighbor. */
  async verify(code: string): Promise<boolean> {
    this.sent.push(code);
    const step = Math.floor(Date.now() / 1000 / this.seed.period);
    const valid = await Promise.all([-1, 0, 1].map((offset) => generateCode(this.seed, step + offset)));
    this.isOn ||= valid.includes(code.trim());
    return valid.includes(code.trim());
  }

  async picture(): Promise<string> {
    return `<img src="${await toDataURL(this.uri, { width: 220 })}" alt="">`;
  }
}

/** A request of the page to the site, with its answer. */
export type SiteAnswer = string | { readonly json: unknown; readonly status?: number };

/** Serves a site to a page: its document for GET, and the answers of `post` to what the page sends. */
export async function serveSite(
  page: Page,
  document: (path: string) => string | Promise<string>,
  post: (path: string, body: string) => SiteAnswer | Promise<SiteAnswer> = () => '',
): Promise<void> {
  await page.route(`${SITE}/**`, async (route) => {
    const request = route.request();
    const { pathname } = new URL(request.url());
    if (pathname === '/favicon.ico') return await route.fulfill({ status: 404 });
    const answer =
      request.method() === 'GET' ? await document(pathname) : await post(pathname, request.postData() ?? '');
    if (typeof answer === 'string')
      return await route.fulfill({ contentType: 'text/html; charset=utf-8', body: answer });
    await route.fulfill({
      status: answer.status ?? 200,
      contentType: 'application/json',
      body: JSON.stringify(answer.json),
    });
  });
}

export const test = base;
export { expect } from '@playwright/test';
