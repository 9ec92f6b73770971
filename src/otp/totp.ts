import type { Locator } from '@playwright/test';
import { TwoFactorError } from '../core/errors.ts';
import type { Ledger, OpenLedger } from '../ledger/ledger.ts';
import type { OtpDevice } from './otp-device.ts';
import type { Runtime } from '../core/runtime.ts';
import { type FillOptions, fillSecret } from '../secret/fill.ts';
import { Secret, registerSecret } from '../secret/secret.ts';
import { leaveOut, nextCount, claimCount } from './counter.ts';
import { claimDeviceCode } from './device-codes.ts';
import { generateCode } from './generate.ts';
import { readQrCode } from './qr.ts';
import { type OtpSeed, encodeBase32, readSeed } from './seed.ts';
import { readShownSeed } from './shown-seed.ts';
import { livingStep, stepOf, claimStep } from './totp-steps.ts';

/** What an account can be enrolled from: a URI or seed, a picture of its QR code, or the place on the page that shows either. */
export type EnrollSource = string | Uint8Array | Locator;

/** The authenticator app of a persona: one-time codes that go by time (TOTP, RFC 6238) or are counted (HOTP, RFC 4226). */
export class Totp {
  readonly #owner: string;
  readonly #runtime: Runtime;
  readonly #origins: readonly string[] | undefined;
  readonly #openLedger: OpenLedger | undefined;
  #seed: OtpSeed | undefined;
  readonly #device: OtpDevice | undefined;

  /**
   * @param owner the name of the persona, for error texts
   * @param from its seed, or the device that keeps it
   * @param origins where its codes may be typed
   * @param openLedger where all that use the seed write down what they took; without it, any may take the same code
   */
  constructor(
    owner: string,
    from: OtpSeed | OtpDevice | undefined,
    runtime: Runtime,
    origins?: readonly string[],
    openLedger?: OpenLedger,
  ) {
    this.#origins = origins;
    this.#openLedger = openLedger;
    this.#owner = owner;
    this.#runtime = runtime;
    if (from && 'key' in from) this.#seed = this.#kept(from);
    else this.#device = from;
  }

  /** Whether it has a seed, or a device, to take codes from. */
  get isEnrolled(): boolean {
    return (this.#seed ?? this.#device) !== undefined;
  }

  /** Whether its codes are counted (HOTP) and go by no clock. */
  get isCounted(): boolean {
    return this.#seed?.counter !== undefined;
  }

  /**
   * A code that nobody was given before, and that has at least 5 s to live. Each call gives another one: where this
   * period's is taken, or near the end of the period, it waits for the next.
   *
   * @throws TwoFactorError `OTP_SEED_MISSING` when the persona has no authenticator yet; `CODE_TIMEOUT` after 20 periods
   *   in line; `CLOCK_OFF`; `LEDGER_UNREACHABLE` or `LEDGER_REFUSED`
   */
  async code(): Promise<string> {
    if (this.#device && !this.#seed) return this.#known(await this.#ofDevice(this.#device));
    const seed = this.#enrolled();
    return this.#known(await generateCode(seed, await this.#take(seed)));
  }

  /**
   * The code of a period before (-1) or after (1) the current one, for tests of what a site must refuse. Of a counted
   * account, 0 is the code that `code()` gives next. Nothing is taken by it.
   */
  async codeAt(offset: number): Promise<string> {
    const seed = this.#enrolled();
    if (seed.counter === undefined) return this.#known(await generateCode(seed, stepOf(seed, this.#runtime) + offset));
    const next = await nextCount(seed, await this.#ledgerForCounts());
    return this.#known(await generateCode(seed, Math.max(0, next + offset)));
  }

  /**
   * Leaves out the next so many codes of a counted account, after a refusal by a site that has counted further.
   *
   * @see https://datatracker.ietf.org/doc/html/rfc4226#section-7.4
   */
  async resync(ahead: number): Promise<void> {
    const seed = this.#enrolled();
    if (seed.counter === undefined || ahead < 1) return;
    await leaveOut(seed, ahead, this.#runtime, await this.#ledgerForCounts());
  }

  /** Types the code that `code()` gives into a field, or into a box for each digit. */
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
      return this.#kept(from instanceof Uint8Array ? readSeed(await readQrCode(from)) : await readShownSeed(from));
    });
  }

  async #take(seed: OtpSeed): Promise<number> {
    if (seed.counter !== undefined) return await claimCount(seed, this.#runtime, await this.#ledgerForCounts());
    const ledger = await this.#openLedger?.();
    if (!ledger) return await livingStep(seed, this.#runtime);
    return await claimStep({ owner: this.#owner, seed, runtime: this.#runtime, ledger });
  }

  async #ofDevice(device: OtpDevice): Promise<string> {
    const ledger = await this.#openLedger?.();
    return await claimDeviceCode({ owner: this.#owner, device, runtime: this.#runtime, ledger });
  }

  async #ledgerForCounts(): Promise<Ledger> {
    if (this.#openLedger) return await this.#openLedger();
    const text = `The authenticator of persona "${this.#owner}" counts its codes (HOTP), and there is no ledger to count in. Open the persona with the fixtures or with openPersona().`;
    throw new TwoFactorError('LEDGER_REFUSED', text);
  }

  #known(code: string): string {
    return registerSecret(`${this.#owner}/totp`, code);
  }

  #kept(seed: OtpSeed): OtpSeed {
    registerSecret(`${this.#owner}/totp seed`, encodeBase32(seed.key));
    return seed;
  }

  #enrolled(): OtpSeed {
    if (this.#seed) return this.#seed;
    if (this.#device) {
      const text = `The seed of persona "${this.#owner}" is kept by ${this.#device.name}, which tells the code of now and no other.`;
      throw new TwoFactorError('OTP_SEED_MISSING', text);
    }
    const variable = `PERSONA_${this.#owner.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}_TOTP`;
    throw new TwoFactorError(
      'OTP_SEED_MISSING',
      `Persona "${this.#owner}" has no authenticator. Call totp.enroll() with what the site shows when it is set up, or give a stored persona its seed with \`totp\` or ${variable}.`,
    );
  }
}
