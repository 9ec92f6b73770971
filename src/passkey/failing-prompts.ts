import { createHash, createPrivateKey, sign } from 'node:crypto';
import type { BrowserContext } from '@playwright/test';
import { registerSecret } from '../secret/secret.ts';
import { FAILURE_BINDING, type FailureQuestion, type PasskeyFailure } from './failure.ts';
import { failPrompts } from './failure-script.ts';
import { type StoredPasskey, isAllowedHost } from './passkey.ts';
import type { PasskeyDevice } from './passkey-device.ts';

const known = new WeakMap<BrowserContext, FailingPrompts>();

/** The passkey prompts of a context, and the failure that they end with. */
export class FailingPrompts {
  readonly #context: BrowserContext;
  /** Device of the simulation. */
  #device: PasskeyDevice;
  #failure: PasskeyFailure | undefined;
  #ready: Promise<void> | undefined;
  /** Counters of the passkeys from before they became stale, by id. */
  readonly #counts = new Map<string, number>();

  private constructor(context: BrowserContext) {
    this.#context = context;
    this.#device = context.credentials;
  }

  static of(context: BrowserContext): FailingPrompts {
    const prompts = known.get(context) ?? new FailingPrompts(context);
    known.set(context, prompts);
    return prompts;
  }

  /**
   * Lets all later prompts fail.
   *
   * @param device device that answers the prompts
   * @param failure `undefined` to let them succeed again
   */
  async simulate(device: PasskeyDevice, failure: PasskeyFailure | undefined): Promise<void> {
    if (failure === undefined && !this.#failure) return;
    await this.#restoreCounts();
    this.#device = device;
    this.#failure = failure;
    if (isStale(failure)) await this.#resetCounts();
    else if (failure) await (this.#ready ??= this.#install());
  }

  async #install(): Promise<void> {
    const context = this.#context;
    await context.exposeBinding(FAILURE_BINDING, async ({ frame }, question: FailureQuestion) =>
      question.type === 'prompt' ? (this.#failure ?? null) : await this.#sign(question, new URL(frame.url()).origin),
    );
    await context.addInitScript(failPrompts, FAILURE_BINDING);
    const frames = context.pages().flatMap((page) => page.frames());
    // A document that is being replaced gets the script of the context.
    await Promise.all(frames.map((frame) => frame.evaluate(failPrompts, FAILURE_BINDING).catch(() => undefined)));
  }

  /** Signs an answer whose flag was changed, for the page that asked. */
  async #sign(question: Extract<FailureQuestion, { type: 'sign' }>, origin: string): Promise<string> {
    if (typeof this.#failure !== 'object') throw new Error('No failure is simulated.');
    const { id, authenticatorData, clientData } = question;
    const passkey = (await this.#passkeys()).find((one) => one.id === id);
    const [data, client] = [authenticatorData, clientData].map((text) => Buffer.from(text, 'base64url')) as [
      Buffer,
      Buffer,
    ];
    const { origin: asked } = JSON.parse(client.toString()) as { readonly origin?: string };
    const mayAsk = passkey && asked === origin && isAllowedHost(passkey.rpId, new URL(origin).hostname);
    if (!mayAsk || !data.subarray(0, 32).equals(createHash('sha256').update(passkey.rpId).digest()))
      throw new Error('The passkey belongs to another site.');
    const key = createPrivateKey({ key: Buffer.from(passkey.privateKey, 'base64url'), format: 'der', type: 'pkcs8' });
    const signed = Buffer.concat([data, createHash('sha256').update(client).digest()]);
    return sign('sha256', signed, key).toString('base64url');
  }

  async #passkeys(): Promise<StoredPasskey[]> {
    const passkeys = await this.#device.get();
    for (const { privateKey } of passkeys) registerSecret('passkey/private key', privateKey);
    return passkeys;
  }

  async #resetCounts(): Promise<void> {
    for (const passkey of await this.#passkeys()) {
      this.#counts.set(passkey.id, passkey.signCount ?? 0);
      await this.#setCount(passkey, 0);
    }
  }

  /** Continues each counter where it was, and counts the signatures since then. */
  async #restoreCounts(): Promise<void> {
    for (const passkey of await this.#passkeys()) {
      const before = this.#counts.get(passkey.id);
      if (before !== undefined) await this.#setCount(passkey, before + (passkey.signCount ?? 0));
    }
    this.#counts.clear();
  }

  async #setCount({ rpId, ...passkey }: StoredPasskey, signCount: number): Promise<void> {
    await this.#device.create(rpId, { ...passkey, signCount });
  }
}

function isStale(failure: PasskeyFailure | undefined): boolean {
  return typeof failure === 'object' && 'signCount' in failure;
}
