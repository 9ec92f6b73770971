import { createPublicKey } from 'node:crypto';
import type { Page } from '@playwright/test';
import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  type WebAuthnCredential,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';

/** Origin of the site. */
export const ORIGIN = 'https://acme.example';
const RP_ID = 'acme.example';

/** Requirements of the site. */
export interface Requirements {
  /** @default 'required' */
  readonly userVerification?: 'required' | 'preferred' | 'discouraged';
  /** COSE algorithms. @default ES256 and RS256 */
  readonly algorithms?: readonly number[];
  /** @default 'required' */
  readonly residentKey?: 'required' | 'discouraged';
  /** Time limit of a prompt, in milliseconds. @default 60_000 */
  readonly timeout?: number;
  /** True if the site checks the verification of its user by itself. @default true if it is required */
  readonly isStrict?: boolean;
  /** Relying party that the page names. @default 'acme.example' */
  readonly rpId?: string;
}

/** Answer of a site: it accepts, the page gets an error, or the verifier refuses. */
export type Verdict = 'accepted' | `page: ${string}` | `site: ${string}`;

/** A site that verifies passkeys with a strict verifier of its own. */
export class RelyingParty {
  readonly #page: Page;
  #credential: WebAuthnCredential | undefined;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** Opens the site in a page. */
  static async open(page: Page): Promise<RelyingParty> {
    return new RelyingParty(await RelyingParty.prompting(page));
  }

  /** Opens a page of the site that prompts. */
  static async prompting(page: Page): Promise<Page> {
    const html = { contentType: 'text/html', body: '<h1>Acme</h1>' };
    await page.route(`${ORIGIN}/**`, (route) => route.fulfill(html));
    await page.goto(`${ORIGIN}/passkeys`);
    return page;
  }

  /** Knows a passkey that no page has registered. */
  know({
    id,
    publicKey,
    signCount,
  }: {
    readonly id: string;
    readonly publicKey: string;
    readonly signCount: number;
  }): void {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64url'), format: 'der', type: 'spki' });
    const { x = '', y = '' } = key.export({ format: 'jwk' });
    // COSE_Key of P-256 (RFC 9053, section 7.1.1).
    const head = Buffer.from('a501020326200121', 'hex');
    const cose = [
      head,
      Buffer.from('5820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ];
    this.#credential = { id, publicKey: new Uint8Array(Buffer.concat(cose)), counter: signCount };
  }

  /** Facts of the registered passkey. */
  get credential(): WebAuthnCredential {
    if (!this.#credential) throw new Error('No passkey is registered.');
    return this.#credential;
  }

  async register(requirements: Requirements = {}): Promise<Verdict> {
    const { userVerification = 'required', residentKey = 'required', algorithms = [-7, -257], timeout } = requirements;
    const options = await generateRegistrationOptions({
      rpName: 'Acme',
      rpID: requirements.rpId ?? RP_ID,
      userName: 'alice',
      supportedAlgorithmIDs: [...algorithms],
      authenticatorSelection: { userVerification, residentKey },
      ...(timeout === undefined ? {} : { timeout }),
    });
    const given = await this.#prompt('create', options);
    if (typeof given === 'string') return `page: ${given}`;
    const verified = await verify(() =>
      verifyRegistrationResponse({
        response: given as RegistrationResponseJSON,
        expectedChallenge: options.challenge,
        expectedOrigin: ORIGIN,
        expectedRPID: RP_ID,
        requireUserVerification: userVerification === 'required',
        supportedAlgorithmIDs: [...algorithms],
      }),
    );
    if (typeof verified === 'string') return `site: ${verified}`;
    if (verified.verified) this.#credential = verified.registrationInfo.credential;
    return verified.verified ? 'accepted' : 'site: not verified';
  }

  /** @param isDiscoverable true if the site names no passkey, but lets the person choose. @default false */
  async signIn(requirements: Requirements = {}, isDiscoverable = false, page: Page = this.#page): Promise<Verdict> {
    const { userVerification = 'required', timeout, rpId = RP_ID } = requirements;
    const { isStrict = userVerification === 'required' } = requirements;
    const credential = this.credential;
    const options = await generateAuthenticationOptions({
      rpID: rpId,
      userVerification,
      ...(isDiscoverable ? {} : { allowCredentials: [{ id: credential.id }] }),
      ...(timeout === undefined ? {} : { timeout }),
    });
    const given = await this.#prompt('get', options, page);
    if (typeof given === 'string') return `page: ${given}`;
    const verified = await verify(() =>
      verifyAuthenticationResponse({
        response: given as AuthenticationResponseJSON,
        expectedChallenge: options.challenge,
        expectedOrigin: ORIGIN,
        expectedRPID: RP_ID,
        credential,
        requireUserVerification: isStrict,
      }),
    );
    if (typeof verified === 'string') return `site: ${verified}`;
    if (verified.verified) this.#credential = { ...credential, counter: verified.authenticationInfo.newCounter };
    return verified.verified ? 'accepted' : 'site: not verified';
  }

  /** Prompts in the page. Returns the answer, or the name of the error. */
  async #prompt(kind: 'create' | 'get', options: object, page: Page = this.#page): Promise<object | string> {
    return await page.evaluate(
      async ([kind, json]) => {
        const bytes = (text: string): ArrayBuffer =>
          Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0)).buffer;
        const decoded = (value: unknown, name = ''): unknown => {
          if (typeof value === 'string') return ['challenge', 'id'].includes(name) ? bytes(value) : value;
          if (Array.isArray(value)) return value.map((one) => decoded(one));
          if (typeof value !== 'object' || value === null) return value;
          const isParty = 'name' in value && !('displayName' in value);
          return Object.fromEntries(
            Object.entries(value).map(([key, one]) => [key, isParty ? one : decoded(one, key)]),
          );
        };
        try {
          const publicKey = decoded(json) as PublicKeyCredentialRequestOptions & PublicKeyCredentialCreationOptions;
          const given = (await navigator.credentials[kind]({ publicKey })) as PublicKeyCredential;
          return given.toJSON();
        } catch (error) {
          return (error as Error).name;
        }
      },
      [kind, options] as const,
    );
  }
}

async function verify<T>(work: () => Promise<T>): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    return (error as Error).message;
  }
}
