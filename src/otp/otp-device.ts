/** Period of the codes of an authenticator device, in milliseconds. */
export const DEVICE_PERIOD = 30_000;

/**
 * An authenticator that a service hosts. It gives the current code; the seed stays with the service.
 *
 * @example
 * const device: OtpDevice = {
 *   name: 'the device "alice phone"',
 *   async code() {
 *     const { code, step, endsAt } = await (await fetch('https://devices.example.com/alice')).json();
 *     return { code, step, endsAt };
 *   },
 * };
 */
export interface OtpDevice {
  /** A name for messages. It also identifies the device to everyone who shares it. */
  readonly name: string;
  /**
   * Returns the current code.
   *
   * @throws TwoFactorError `SOURCE_UNREACHABLE` or `SOURCE_REFUSED`
   */
  code(): Promise<DeviceCode>;
}

export interface DeviceCode {
  readonly code: string;
  /** The number of the period, by the clock of the service. It rises from code to code. */
  readonly step: number;
  /** End of the period by the clock of this machine, in milliseconds since the epoch. */
  readonly endsAt: number;
}

/** Returns the name of the device in the `totp` setting of a persona; `undefined` if it holds a seed. */
export function deviceNamed(totp: string): string | undefined {
  return /^device:\s*(.+?)\s*$/.exec(totp)?.[1];
}
