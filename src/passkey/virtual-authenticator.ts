import type { BrowserContext } from '@playwright/test';
import { Secret } from '../secret/secret.ts';
import { type Passkey, type StoredPasskey, isAllowedHost } from './passkey.ts';

/**
 * The passkeys of a persona in one browser context. It answers pages that ask for a passkey, as a device would.
 *
 * @example
 * test('registers a passkey, then signs in with it', async ({ page, passkey }) => {
 *   await page.goto('/settings/passkeys');
 *   await page.getByRole('button', { name: 'Add a passkey' }).click();
 *   await expect.poll(() => passkey.list()).toHaveLength(1);
 *   await page.goto('/login');
 *   await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
 * });
 */
export class VirtualAuthenticator {
  readonly #persona: string;
  readonly #context: BrowserContext;
  #uses = 0;

  constructor(persona: string, context: BrowserContext) {
    this.#persona = persona;
    this.#context = context;
  }

  /**
   * Creates a passkey without the page. Register its `id` and its `publicKey` with the site. A passkey that a page
   * registers itself needs no call.
   *
   * @param rpId the relying party: the domain of the site, without scheme and port
   * @param options `userHandle`: the id of the user on the site, in Base64url. @default random
   * @example
   * const { id, publicKey } = await passkey.create('acme.example');
   * await request.post('/api/test/passkeys', { data: { user: persona.email, id, publicKey } });
   */
  async create(rpId: string, options: { readonly userHandle?: string } = {}): Promise<Passkey> {
    return this.#toPasskey(await this.#context.credentials.create(rpId, options));
  }

  /**
   * Lists all passkeys of the context: stored ones, those that pages have registered, and those of a restored profile.
   */
  async list(): Promise<Passkey[]> {
    const stored = await this.#context.credentials.get();
    return stored.map((passkey) => this.#toPasskey(passkey));
  }

  /**
   * Removes a passkey from the context, as if the device was lost. The site still knows it.
   *
   * @example
   * const [lost] = await passkey.list();
   * await passkey.remove(lost.id);
   */
  async remove(id: string): Promise<void> {
    await this.#context.credentials.delete(id);
  }

  /** Returns all passkeys of the context, with their keys. @internal */
  async registered(): Promise<StoredPasskey[]> {
    return await this.#context.credentials.get();
  }

  /** Returns true if there is a passkey that a page on one of these hosts may use. */
  async hasPasskeyFor(hosts: readonly string[]): Promise<boolean> {
    const passkeys = await this.list();
    return passkeys.some(({ rpId }) => hosts.some((host) => isAllowedHost(rpId, host)));
  }

  /** Returns true if a page has used a passkey since the last call. */
  async wasUsed(): Promise<boolean> {
    const passkeys = await this.list();
    const uses = passkeys.reduce((sum, { signCount }) => sum + signCount, 0);
    const hasRisen = uses > this.#uses;
    this.#uses = uses;
    return hasRisen;
  }

  /** @internal Adds a stored passkey, whose next signature counts from `signCount`. */
  async add({ rpId, ...passkey }: StoredPasskey, signCount: number): Promise<void> {
    await this.#context.credentials.create(rpId, { ...passkey, signCount });
  }

  /** @internal Starts to answer pages. */
  async install(): Promise<void> {
    await this.#context.credentials.install();
  }

  #toPasskey({ privateKey, signCount = 0, ...rest }: StoredPasskey): Passkey {
    return { ...rest, signCount, privateKey: new Secret(`${this.#persona}/passkey`, privateKey) };
  }
}
