import type { BrowserContext } from '@playwright/test';
import { Secret } from '../secret/secret.ts';
import { type Passkey, type StoredPasskey, isAllowedHost } from './passkey.ts';

/** The passkeys of a persona in one browser context, where pages ask for them. */
export class VirtualAuthenticator {
  readonly #owner: string;
  readonly #context: BrowserContext;
  #uses = 0;

  constructor(owner: string, context: BrowserContext) {
    this.#owner = owner;
    this.#context = context;
  }

  /**
   * Makes a passkey that is registered without the page: tell the site its `id` and its `publicKey`. What a page
   * registers by itself needs none of this.
   *
   * @param rpId the relying party: the site's domain, without scheme and port
   * @param options `userHandle`: who the site says that its user is, in Base64url. @default random
   */
  async create(rpId: string, options: { readonly userHandle?: string } = {}): Promise<Passkey> {
    return this.#seen(await this.#context.credentials.create(rpId, options));
  }

  /** All passkeys that are here: stored ones, those that pages have registered, and those of a restored profile. */
  async list(): Promise<Passkey[]> {
    const found = await this.#context.credentials.get();
    return found.map((passkey) => this.#seen(passkey));
  }

  /** Takes a passkey away, as one is lost. The site still knows it. */
  async remove(id: string): Promise<void> {
    await this.#context.credentials.delete(id);
  }

  /** Whether there is one that a page of one of these hosts may ask for. */
  async fits(hosts: readonly string[]): Promise<boolean> {
    const all = await this.list();
    return all.some(({ rpId }) => hosts.some((host) => isAllowedHost(rpId, host)));
  }

  /** Whether a page was given one since this was asked last. */
  async wasUsed(): Promise<boolean> {
    const all = await this.list();
    const uses = all.reduce((sum, { signCount }) => sum + signCount, 0);
    const isMore = uses > this.#uses;
    this.#uses = uses;
    return isMore;
  }

  /** @internal Puts a stored passkey here, and counts on from `signCount`. */
  async add({ rpId, ...passkey }: StoredPasskey, signCount: number): Promise<void> {
    await this.#context.credentials.create(rpId, { ...passkey, signCount });
  }

  /** @internal From now on pages are answered. */
  async install(): Promise<void> {
    await this.#context.credentials.install();
  }

  #seen({ privateKey, signCount = 0, ...rest }: StoredPasskey): Passkey {
    return { ...rest, signCount, privateKey: new Secret(`${this.#owner}/passkey`, privateKey) };
  }
}
