import type { Locator, Page } from '@playwright/test';
import { TwoFactorError } from '../core/errors.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Ledger, OpenLedger } from '../ledger/ledger.ts';
import { type FillOptions, fillSecret } from '../secret/fill.ts';
import type { OriginBinding } from '../secret/origin-binding.ts';
import { Secret, registerSecret } from '../secret/secret.ts';
import { claimCounter, peekCounter, skipCounters } from './counter.ts';
import { claimDeviceCode } from './device-codes.ts';
import { generateCode } from './generate.ts';
import type { OtpDevice } from './otp-device.ts';
import { personaVariable } from './persona-variable.ts';
import { readQrCode } from './qr.ts';
import { type OtpSeed, encodeBase32, readSeed } from './seed.ts';
import { readShownSeed } from './shown-seed.ts';
import { claimStep, currentStep, waitForUsableStep } from './totp-steps.ts';

/**
 * A source of the seed of an account: an `otpauth://` URI or a Base32 seed, the bytes of a PNG or JPEG image of the QR
 * code, or a locator of an element that shows any of these.
 */
export type EnrollSource = string | Uint8Array | Locator;

/**
 * The authenticator app of a persona. Its codes are time-based (TOTP, RFC 6238) or counter-based (HOTP, RFC 4226).
 *
 * @example
 * test('enrolls an authenticator', async ({ page, totp }) => {
 *   await page.goto('/settings/two-factor');
 *   await totp.enroll(page.getByAltText('QR code'));
 *   await totp.fillCode(page.getByLabel('Code'));
 *   await page.getByRole('button', { name: 'Activate' }).click();
 * });
 */
export class Totp {
  readonly #persona: string;
  readonly #runtime: Runtime;
  readonly #binding: OriginBinding | undefined;
  readonly #openLedger: OpenLedger | undefined;
  #seed: OtpSeed | undefined;
  readonly #device: OtpDevice | undefined;
  /**
   * Reads a page that enrolls the authenticator. It may show recovery codes.
   *
   * @internal
   */
  readPage: ((page: Page) => Promise<unknown>) | undefined;
  /**
   * Keeps a seed that was enrolled, before the caller types its first code.
   *
   * @internal
   */
  keep: ((seed: OtpSeed, page: Page | undefined) => Promise<void>) | undefined;

  /**
   * @param persona the name of the persona
   * @param authenticator its seed, or the device that has the seed
   * @param binding decides on which origins its codes may be typed. @default all origins
   * @param openLedger opens the ledger in which all users of the seed claim codes. @default several users of a seed may
   *   get the same code
   */
  constructor(
    persona: string,
    authenticator: OtpSeed | OtpDevice | undefined,
    runtime: Runtime,
    binding?: OriginBinding,
    openLedger?: OpenLedger,
  ) {
    this.#binding = binding;
    this.#openLedger = openLedger;
    this.#persona = persona;
    this.#runtime = runtime;
    if (authenticator && 'key' in authenticator) this.#seed = this.#registered(authenticator);
    else this.#device = authenticator;
  }

  /** True if the persona has a seed or a device. */
  get isEnrolled(): boolean {
    return (this.#seed ?? this.#device) !== undefined;
  }

  /** Replaces the seed. @internal */
  use(seed: OtpSeed | undefined): void {
    this.#seed = seed && this.#registered(seed);
  }

  /** True if the codes are counter-based (HOTP). */
  get isCounterBased(): boolean {
    return this.#seed?.counter !== undefined;
  }

  /**
   * Returns a code that nobody else gets and that stays valid for at least 5 seconds. Each call returns another code:
   * if the current one is claimed or about to expire, it waits for the next period.
   *
   * @throws TwoFactorError `OTP_SEED_MISSING` if the persona has no authenticator; `CODE_TIMEOUT` after a wait of 20
   *   periods; `CLOCK_OFF`; `LEDGER_UNREACHABLE` or `LEDGER_REFUSED`
   * @example
   * const response = await request.post('/api/login', { data: { user, password, otp: await totp.code() } });
   */
  async code(): Promise<string> {
    if (this.#device && !this.#seed) return this.#asSecret(await this.#claimDeviceCode(this.#device));
    const seed = this.#requireSeed();
    return this.#asSecret(await generateCode(seed, await this.#claimFactor(seed)));
  }

  /**
   * Returns the code of an earlier (-1) or later (1) period than the current one, to test that a site refuses it. For a
   * counter-based account, 0 is the code that `code()` returns next. Claims nothing.
   *
   * @example
   * await page.getByLabel('Code').fill(await totp.codeAt(-2));
   * await expect(page.getByRole('alert')).toHaveText('This code has expired.');
   */
  async codeAt(offset: number): Promise<string> {
    const seed = this.#requireSeed();
    if (seed.counter === undefined)
      return this.#asSecret(await generateCode(seed, currentStep(seed, this.#runtime) + offset));
    const next = await peekCounter(seed, await this.#requireLedger());
    return this.#asSecret(await generateCode(seed, Math.max(0, next + offset)));
  }

  /**
   * Skips the next `count` codes of a counter-based account, if the counter of the site is ahead. Does nothing for a
   * time-based account.
   *
   * @see https://datatracker.ietf.org/doc/html/rfc4226#section-7.4
   */
  async resync(count: number): Promise<void> {
    const seed = this.#requireSeed();
    if (seed.counter === undefined || count < 1) return;
    await skipCounters(seed, count, this.#runtime, await this.#requireLedger());
  }

  /**
   * Types a new code into a field, or into a group of fields with one digit each. The code appears in no step title,
   * trace or report.
   *
   * @throws TwoFactorError the errors of `code()` and of `fillSecret()`
   * @example
   * await totp.fillCode(page.getByLabel('Authentication code'));
   */
  async fillCode(locator: Locator, options: FillOptions = {}): Promise<void> {
    const code = new Secret(`${this.#persona}/totp`, await this.code());
    await this.#runtime.step('Fill TOTP code', () =>
      fillSecret(locator, code, { ...options, ...(this.#binding ? { binding: this.#binding } : {}) }),
    );
  }

  /**
   * Enrolls the account that a site offers, as if an authenticator app had scanned its QR code.
   *
   * @param source an `otpauth://` URI or a Base32 seed, the bytes of a PNG or JPEG image, or a locator of an element
   *   that shows the URI, the seed or the QR code
   * @throws TwoFactorError `OTP_SEED_INVALID` if the source contains no seed
   * @example
   * await totp.enroll(page.getByAltText('QR code'));
   * await totp.enroll('otpauth://totp/Acme:alice?secret=JBSWY3DPEHPK3PXP');
   */
  async enroll(source: EnrollSource): Promise<void> {
    this.#seed = await this.#runtime.step('Enroll authenticator', async () => {
      const page = typeof source === 'string' || source instanceof Uint8Array ? undefined : source.page();
      const seed = this.#registered(await this.#read(source));
      // What cannot be read shows nothing.
      if (page) await this.readPage?.(page).catch(() => undefined);
      await this.keep?.(seed, page);
      return seed;
    });
  }

  async #read(source: EnrollSource): Promise<OtpSeed> {
    if (typeof source === 'string') return readSeed(source);
    if (source instanceof Uint8Array) return readSeed(await readQrCode(source));
    return await readShownSeed(source, this.#runtime.timeout);
  }

  async #claimFactor(seed: OtpSeed): Promise<number> {
    if (seed.counter !== undefined) return await claimCounter(seed, this.#runtime, await this.#requireLedger());
    const ledger = await this.#openLedger?.();
    if (!ledger) return await waitForUsableStep(seed, this.#runtime);
    return await claimStep({ persona: this.#persona, seed, runtime: this.#runtime, ledger });
  }

  async #claimDeviceCode(device: OtpDevice): Promise<string> {
    const ledger = await this.#openLedger?.();
    return await claimDeviceCode({ persona: this.#persona, device, runtime: this.#runtime, ledger });
  }

  async #requireLedger(): Promise<Ledger> {
    if (this.#openLedger) return await this.#openLedger();
    const text = `The authenticator of persona "${this.#persona}" is counter-based (HOTP), and there is no ledger for its counter. Open the persona with the fixtures or with openPersona().`;
    throw new TwoFactorError('LEDGER_REFUSED', text);
  }

  #asSecret(code: string): string {
    return registerSecret(`${this.#persona}/totp`, code);
  }

  #registered(seed: OtpSeed): OtpSeed {
    registerSecret(`${this.#persona}/totp seed`, encodeBase32(seed.key));
    return seed;
  }

  #requireSeed(): OtpSeed {
    if (this.#seed) return this.#seed;
    if (this.#device) {
      const text = `The seed of persona "${this.#persona}" is not available: ${this.#device.name} gives only the current code. Use code(), or enroll a seed.`;
      throw new TwoFactorError('OTP_SEED_MISSING', text);
    }
    const variable = personaVariable(this.#persona, 'TOTP');
    throw new TwoFactorError(
      'OTP_SEED_MISSING',
      `Persona "${this.#persona}" has no authenticator. Call totp.enroll() with the QR code or seed that the site shows during set-up, or give a stored persona its seed with \`totp\` or ${variable}.`,
    );
  }
}
