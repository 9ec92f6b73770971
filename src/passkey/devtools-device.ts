import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { BrowserContext, CDPSession, Page } from '@playwright/test';
import { TwoFactorError } from '../core/errors.ts';
import { registerSecret } from '../secret/secret.ts';
import type { PasskeyDevice, PasskeySettings } from './passkey-device.ts';

type Stored = Awaited<ReturnType<PasskeyDevice['create']>>;
type Options = Parameters<PasskeyDevice['create']>[1];

/** The authenticator of one page. Chromium has one for each. */
interface PageAuthenticator {
  readonly session: CDPSession;
  readonly authenticatorId: string;
}

/**
 * The virtual authenticator of Chromium. Each page has its own: one that opens gets the passkeys of the others.
 *
 * @see https://chromedevtools.github.io/devtools-protocol/tot/WebAuthn/
 */
export class DevtoolsDevice implements PasskeyDevice {
  readonly #context: BrowserContext;
  readonly #settings: PasskeySettings;
  readonly #opening = new Map<Page, Promise<void>>();
  readonly #open = new Map<Page, PageAuthenticator>();
  /** The last state of each passkey. */
  readonly #known = new Map<string, Stored>();
  #isInstalled = false;

  constructor(context: BrowserContext, settings: PasskeySettings = {}) {
    this.#context = context;
    this.#settings = settings;
  }

  /** Adds a passkey to all pages. It replaces one with the same id. */
  async create(rpId: string, options: Options = {}): Promise<Stored> {
    const { signCount = 0 } = options;
    const id = options.id ?? randomBytes(16).toString('base64url');
    const userHandle = options.userHandle ?? randomBytes(16).toString('base64url');
    const privateKey = options.privateKey ?? newPrivateKey();
    registerPrivateKey(privateKey);
    const passkey = { id, rpId, userHandle, privateKey, publicKey: publicKeyOf(privateKey), signCount };
    await this.get();
    this.#known.set(id, passkey);
    await this.#put(passkey);
    return passkey;
  }

  /** Returns the passkeys of all pages. Of one that several pages have, the highest counter counts. */
  async get(filter: { readonly id?: string; readonly rpId?: string } = {}): Promise<Stored[]> {
    await Promise.allSettled(this.#opening.values());
    await this.#collect();
    const isWanted = ({ id, rpId }: Stored): boolean => id === (filter.id ?? id) && rpId === (filter.rpId ?? rpId);
    return [...this.#known.values()].filter(isWanted);
  }

  async delete(id: string): Promise<void> {
    await this.get();
    this.#known.delete(id);
    await Promise.all(this.#authenticators().map((one) => this.#remove(one, id)));
  }

  /**
   * Starts to answer pages, also those that open later.
   *
   * @throws TwoFactorError `SETTINGS_INVALID` if the browser is not Chromium
   */
  async install(): Promise<void> {
    if (this.#isInstalled) return;
    this.#isInstalled = true;
    const name = this.#context.browser()?.browserType().name() ?? 'chromium';
    if (name !== 'chromium')
      throw new TwoFactorError(
        'SETTINGS_INVALID',
        `\`passkey: { engine: 'cdp' }\` needs Chromium, and this is ${name}.`,
      );
    this.#context.on('page', (page) => void this.#attach(page).catch(() => undefined));
    await Promise.all(this.#context.pages().map((page) => this.#attach(page)));
  }

  async #attach(page: Page): Promise<void> {
    const opening = this.#opening.get(page) ?? this.#newAuthenticator(page);
    this.#opening.set(page, opening);
    await opening;
  }

  async #newAuthenticator(page: Page): Promise<void> {
    const session = await this.#context.newCDPSession(page);
    const { userVerification = true, residentKeys = true } = this.#settings;
    const share = ({ credential }: { readonly credential: Credential }): void =>
      void this.#share(page, storedFrom(credential)).catch(() => undefined); // The other pages may be closed.
    session.on('WebAuthn.credentialAdded', share);
    session.on('WebAuthn.credentialAsserted', share);
    const [, { authenticatorId }] = await Promise.all([
      session.send('WebAuthn.enable', { enableUI: false }),
      session.send('WebAuthn.addVirtualAuthenticator', {
        options: {
          protocol: 'ctap2',
          ctap2Version: 'ctap2_1',
          transport: 'internal',
          hasResidentKey: residentKeys,
          hasUserVerification: userVerification,
          isUserVerified: userVerification,
        },
      }),
    ]);
    await this.#collect();
    this.#open.set(page, { session, authenticatorId });
    for (const passkey of this.#known.values()) await this.#add({ session, authenticatorId }, passkey);
  }

  /** Passes on what a page has registered or used. */
  async #share(page: Page, passkey: Stored): Promise<void> {
    const known = this.#known.get(passkey.id);
    if (known && known.signCount >= passkey.signCount) return;
    const merged = { ...passkey, rpId: passkey.rpId || (known?.rpId ?? '') };
    this.#known.set(passkey.id, merged);
    await this.#put(merged, page);
  }

  /** Reads the passkeys of all pages. */
  async #collect(): Promise<void> {
    for (const { session, authenticatorId } of this.#authenticators()) {
      const { credentials } = await session.send('WebAuthn.getCredentials', { authenticatorId });
      for (const credential of credentials) {
        const passkey = storedFrom(credential);
        const { signCount = 0, rpId = passkey.rpId } = this.#known.get(passkey.id) ?? {};
        this.#known.set(passkey.id, { ...passkey, rpId, signCount: Math.max(signCount, passkey.signCount) });
      }
    }
  }

  /** Adds a passkey to the authenticators of all pages but one, in place of one with its id. */
  async #put(passkey: Stored, except?: Page): Promise<void> {
    // Both commands are sent at once, in order, so that no prompt of the page comes between them and finds no passkey.
    const replaced = this.#authenticators(except).flatMap((one) => [
      this.#remove(one, passkey.id),
      this.#add(one, passkey),
    ]);
    await Promise.all(replaced);
  }

  #authenticators(except?: Page): PageAuthenticator[] {
    for (const page of this.#open.keys()) if (page.isClosed()) this.#open.delete(page);
    return [...this.#open].flatMap(([page, authenticator]) => (page === except ? [] : [authenticator]));
  }

  async #add({ session, authenticatorId }: PageAuthenticator, passkey: Stored): Promise<void> {
    const { residentKeys = true } = this.#settings;
    await session.send('WebAuthn.addCredential', {
      authenticatorId,
      credential: {
        credentialId: toBase64(passkey.id),
        isResidentCredential: residentKeys,
        rpId: passkey.rpId,
        privateKey: toBase64(passkey.privateKey),
        signCount: passkey.signCount,
        ...(residentKeys ? { userHandle: toBase64(passkey.userHandle) } : {}),
      },
    });
  }

  async #remove({ session, authenticatorId }: PageAuthenticator, id: string): Promise<void> {
    // The page may not have it.
    await session
      .send('WebAuthn.removeCredential', { authenticatorId, credentialId: toBase64(id) })
      .catch(() => undefined);
  }
}

interface Credential {
  readonly credentialId: string;
  readonly rpId?: string;
  readonly privateKey: string;
  readonly userHandle?: string;
  readonly signCount: number;
}

function storedFrom({ credentialId, rpId = '', privateKey, userHandle = '', signCount }: Credential): Stored {
  const key = toBase64Url(privateKey);
  registerPrivateKey(key);
  const texts = { id: toBase64Url(credentialId), userHandle: toBase64Url(userHandle) };
  return { ...texts, rpId, privateKey: key, publicKey: publicKeyOf(key), signCount };
}

/** Traces have the messages of the session, which write binary values in Base64. */
function registerPrivateKey(base64Url: string): void {
  registerSecret('passkey/private key', base64Url);
  registerSecret('passkey/private key', toBase64(base64Url));
}

function newPrivateKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url');
}

function publicKeyOf(privateKey: string): string {
  const key = createPrivateKey({ key: Buffer.from(privateKey, 'base64url'), format: 'der', type: 'pkcs8' });
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64url');
}

function toBase64(base64Url: string): string {
  return Buffer.from(base64Url, 'base64url').toString('base64');
}

function toBase64Url(base64: string): string {
  return Buffer.from(base64, 'base64').toString('base64url');
}
