import { generateKeyPairSync } from 'node:crypto';
import type { Page, Request, Route, WebSocket } from '@playwright/test';
import { type PersonaSettings, TwoFactorError, type test as base, expect } from 'playwright-2fa';
import type { SignInOptions } from 'playwright-2fa/library';

type Personas = Readonly<Record<string, PersonaSettings>>;

/** A sign-in that the site refuses. */
export interface Refusal {
  /** Name of the persona. @default a fresh persona */
  readonly personaName?: string;
  /** Path of the page to sign in on. */
  readonly url: string;
  /** Words of the site, which the error quotes. */
  readonly words?: string | RegExp;
  /** Number of times that the password is sent. More than one for a form that sends it again with a code. @default 1 */
  readonly passwords?: number;
  /** Makes the page send something wrong. */
  readonly spoil?: (page: Page) => Promise<void>;
  /** @default one attempt for each code, so that no test waits for the next TOTP step */
  readonly options?: SignInOptions;
  /** @default SIGN_IN_REFUSED */
  readonly code?: TwoFactorError['code'];
}

const WRONG_PASSWORD = 'No-Such-Pass-4711';
/** A value of a form, of JSON or of a socket message that is a code. */
const CODE = /(?<=[=:]\s*"?)\d{4,8}(?="?\s*(?:[&,}\]]|$))/g;
/** The value of a link that opens a session. */
const TOKEN = /(?<=[?&](?:token|oobCode)=)./;

/**
 * Returns impostors of personas, each with one secret that is wrong: `NAME-wrong-password`, `NAME-wrong-seed`,
 * `NAME-wrong-passkey` and `NAME-unknown-passkey`; and `NAME-without-factor`, which has the password alone.
 */
export function impostorsOf(personas: Personas): Personas {
  return Object.fromEntries(
    Object.entries(personas).flatMap(([name, persona]) => {
      const { username, email, password, totp, passkeys, origins } = persona;
      return [
        ...(password ? [[`${name}-wrong-password`, { ...persona, password: WRONG_PASSWORD }] as const] : []),
        ...(totp ? [[`${name}-wrong-seed`, { ...persona, totp: otherSeed(totp) }] as const] : []),
        ...(passkeys && typeof passkeys !== 'string'
          ? ([
              [`${name}-wrong-passkey`, { ...persona, passkeys: passkeys.map((one) => ({ ...one, ...newKeys() })) }],
              [`${name}-unknown-passkey`, { ...persona, passkeys: passkeys.map((one) => ({ ...one, id: OTHER_ID })) }],
            ] as const)
          : []),
        [
          `${name}-without-factor`,
          defined({ username: username ?? email, password, origins }) satisfies PersonaSettings,
        ] as const,
      ];
    }),
  );
}

const OTHER_ID = Buffer.from('a-passkey-that-no-site-knows').toString('base64url');

/** Returns an authenticator's URI with another seed of the same length. */
function otherSeed(totp: string): string {
  return totp.replace(/(?<=secret=)./, (first) => (first === 'M' ? 'N' : 'M'));
}

function newKeys(): { readonly privateKey: string; readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url'),
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64url'),
  };
}

function defined<T extends object>(members: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof defined<T>
  >;
}

/** Changes each code that the page sends with POST, so that the site refuses it. */
export async function spoilCodes(page: Page): Promise<void> {
  await page.context().route('**/*', async (route: Route, request: Request) => {
    const data = request.method() === 'POST' ? request.postData() : null;
    const spoiled = data?.replace(CODE, (code) => [...code].map((digit) => (Number(digit) + 1) % 10).join(''));
    await (data === null || spoiled === undefined || spoiled === data
      ? route.fallback()
      : route.continue({ postData: spoiled }));
  });
}

/** Changes the token of each link that is opened, in whatever tab, so that the site refuses it. */
export async function spoilLinks(page: Page): Promise<void> {
  await page.context().route(
    (url) => TOKEN.test(url.search),
    async (route: Route, request: Request) => {
      const isLink = request.isNavigationRequest();
      const url = request.url().replace(TOKEN, (first) => (first === 'x' ? 'y' : 'x'));
      await (isLink ? route.continue({ url }) : route.fallback());
    },
  );
}

/** Counts how often a page sends a text, in requests and over sockets. */
function countSent(page: Page, text: string): () => number {
  let count = 0;
  const forms = [text, encodeURIComponent(text), new URLSearchParams({ text }).toString().slice('text='.length)];
  const note = (data: string | Buffer | null): void => {
    if (data !== null && forms.some((form) => data.includes(form))) count++;
  };
  page.context().on('request', (request: Request) => note(request.postData()));
  page.on('websocket', (socket: WebSocket) => void socket.on('framesent', ({ payload }) => note(payload)));
  return () => count;
}

/**
 * Defines a test that signs in where the site refuses it: the call never resolves, it says why in the site's own words,
 * and the password is sent once.
 *
 * @param personas the personas of the configuration
 */
export function testRefusal(test: typeof base, personas: Personas, title: string, refusal: Refusal): void {
  const { personaName, url, words = '', passwords = 1, spoil, options, code = 'SIGN_IN_REFUSED' } = refusal;
  test.describe(title, () => {
    if (personaName !== undefined) test.use({ personaName });

    test('is refused', async ({ page, persona }) => {
      const password = personaName === undefined ? undefined : personas[personaName]?.password;
      const sent = password === undefined ? () => passwords : countSent(page, password);
      await spoil?.(page);
      const error: unknown = await persona.signIn(page, url, { attempts: 1, ...options }).then(
        () => new Error(`signIn() resolved on ${page.url()}.`),
        (reason: unknown) => reason,
      );
      if (!(error instanceof TwoFactorError)) throw error;
      expect(error.code, error.message).toBe(code);
      expect(error.message).toMatch(words);
      expect(sent()).toBe(passwords);
    });
  });
}
