import type { Locator } from '@playwright/test';
import { TwoFactorError } from '../errors.ts';
import type { Runtime } from '../runtime.ts';
import { type FillOptions, fillSecret } from '../secret/fill.ts';
import { Secret, keepSecret } from '../secret/secret.ts';
import { readQrCode } from './qr.ts';
import { type OtpSeed, encodeBase32, readSeed } from './seed.ts';

/** A code needs this much life left to be typed, sent and checked, in milliseconds. */
const MIN_LIFE = 5000;
/** How long a page may take to fill in what it shows, in milliseconds. */
const SHOWN_WITHIN = 10_000;

/** What an account can be enrolled from: a URI or seed, a picture of its QR code, or the place on the page that shows either. */
export type EnrollSource = string | Uint8Array | Locator;

/** The authenticator app of a persona: time-based one-time codes (RFC 6238). */
export class Totp {
  readonly #owner: string;
  readonly #runtime: Runtime;
  readonly #origins: readonly string[] | undefined;
  #seed: OtpSeed | undefined;

  /** @param owner the name of the persona, for error texts; `origins`: where its codes may be typed */
  constructor(owner: string, seed: OtpSeed | undefined, runtime: Runtime, origins?: readonly string[]) {
    this.#origins = origins;
    this.#owner = owner;
    this.#runtime = runtime;
    if (seed) this.#seed = this.#kept(seed);
  }

  /** Whether it has a seed to make codes from. */
  get isEnrolled(): boolean {
    return this.#seed !== undefined;
  }

  /**
   * The current code, with at least 5 s to live: near the end of a period it waits for the next one.
   *
   * @throws TwoFactorError `OTP_SEED_MISSING` when the persona has no authenticator yet.
   */
  async code(): Promise<string> {
    const seed = this.#enrolled();
    const period = seed.period * 1000;
    const left = period - (this.#runtime.now() % period);
    if (left < Math.min(MIN_LIFE, period / 2)) {
      await this.#runtime.step(`Wait ${(left / 1000).toFixed(1)} s for the next TOTP code`, () =>
        sleepUntil(this.#runtime.now() + left, this.#runtime),
      );
    }
    return keepSecret(`${this.#owner}/totp`, await generate(seed, this.#runtime.now()));
  }

  /** The code of a period before (-1) or after (1) the current one, for tests of what a site must refuse. */
  async codeAt(offset: number): Promise<string> {
    const seed = this.#enrolled();
    const code = await generate(seed, this.#runtime.now() + offset * seed.period * 1000);
    return keepSecret(`${this.#owner}/totp`, code);
  }

  /** Types the current code into a field, or into a box for each digit. */
  async fillCode(locator: Locator, options: FillOptions = {}): Promise<void> {
    const code = new Secret(`${this.#owner}/totp`, await this.code());
    await this.#runtime.step('Fill TOTP code', () =>
      fillSecret(locator, code, { ...options, origins: this.#origins ?? options.origins }),
    );
  }

  /**
   * Takes over the account that a site offers to an authenticator app, as if its QR code had been scanned.
   *
   * @param from an `otpauth://` URI or a Base32 seed, the bytes of a PNG or JPEG, or a locator of an element that
   *   shows the URI, the seed or the QR code
   * @throws TwoFactorError `OTP_SEED_INVALID` when it holds no seed.
   */
  async enroll(from: EnrollSource): Promise<void> {
    this.#seed = await this.#runtime.step('Enroll authenticator', async () => {
      if (typeof from === 'string') return this.#kept(readSeed(from));
      return this.#kept(from instanceof Uint8Array ? readSeed(await readQrCode(from)) : await readLocator(from));
    });
  }

  #kept(seed: OtpSeed): OtpSeed {
    keepSecret(`${this.#owner}/totp seed`, encodeBase32(seed.key));
    return seed;
  }

  #enrolled(): OtpSeed {
    if (this.#seed) return this.#seed;
    const variable = `PERSONA_${this.#owner.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}_TOTP`;
    throw new TwoFactorError(
      'OTP_SEED_MISSING',
      `Persona "${this.#owner}" has no authenticator. Call totp.enroll() with what the site shows when it is set up, or give a stored persona its seed with \`totp\` or ${variable}.`,
    );
  }
}

/** Shown text first: it is exact, and a page often shows it beside the picture. */
async function readLocator(locator: Locator): Promise<OtpSeed> {
  await locator.waitFor();
  const text = await locator.evaluate(shownText, SHOWN_WITHIN);
  const uri = /otpauth:\/\/\S+/i.exec(text)?.[0];
  if (uri ?? text) return readSeed(uri ?? text);
  return readSeed(await readQrCode(await locator.screenshot()));
}

/** Runs in the page: waits until the element has words, or a picture that is loaded. */
async function shownText(element: Element, within: number): Promise<string> {
  const until = performance.now() + within;
  const pictures = (): Element[] =>
    [element, ...element.querySelectorAll('*')].filter((one) => one.matches('img, svg, canvas'));
  const isLoaded = (one: Element): boolean =>
    !(one instanceof HTMLImageElement) || (one.complete && one.naturalWidth > 0);
  for (;;) {
    const text = ('value' in element ? String(element.value) : (element.textContent ?? '')).trim();
    if (text || pictures().some(isLoaded) || performance.now() > until) return text;
    await new Promise(requestAnimationFrame);
  }
}

async function generate({ key, algorithm, digits, period }: OtpSeed, at: number): Promise<string> {
  const { createGuardrails, generate: generateOtp } = await import('otplib');
  // Its own guards refuse the seeds of 10 bytes that many sites hand out; ours have looked already.
  const guardrails = createGuardrails({
    MIN_SECRET_BYTES: 1,
    MAX_SECRET_BYTES: key.length,
    MAX_PERIOD: 3600,
    MIN_PERIOD: 1,
  });
  return await generateOtp({ secret: key, algorithm, digits, period, epoch: Math.floor(at / 1000), guardrails });
}

/** Timers of Node may fire a millisecond early, and that would be the old code. */
async function sleepUntil(at: number, runtime: Runtime): Promise<void> {
  for (let left = at - runtime.now(); left > 0; left = at - runtime.now())
    await new Promise((done) => setTimeout(done, left));
}
