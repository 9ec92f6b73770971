/** How long such an authenticator shows one code, in milliseconds, as all do. */
export const DEVICE_PERIOD = 30_000;

/** An authenticator that a service keeps: it tells the code of now, and the seed stays there. */
export interface OtpDevice {
  /** For people, and what all who share it know it by. */
  readonly name: string;
  /**
   * The code of now.
   *
   * @throws TwoFactorError `SOURCE_UNREACHABLE` or `SOURCE_REFUSED`
   */
  code(): Promise<DeviceCode>;
}

export interface DeviceCode {
  readonly code: string;
  /** Which period it is, by the clock of the service. It rises. */
  readonly step: number;
  /** Until when it is shown, by this machine's clock, in milliseconds since the epoch. */
  readonly endsAt: number;
}

/** The device that a persona's `totp` names, if it is not a seed. */
export function deviceNamed(totp: string): string | undefined {
  return /^device:\s*(.+?)\s*$/.exec(totp)?.[1];
}
