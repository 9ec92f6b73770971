import { DAY } from '../core/durations.ts';
import { TwoFactorError } from '../core/errors.ts';
import type { Runtime } from '../core/runtime.ts';
import { ownerName } from '../ledger/acquire-lease.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { MIN_LIFETIME, acquireAuthenticator } from './authenticator-lease.ts';
import { DEVICE_PERIOD, type OtpDevice } from './otp-device.ts';
import { waitForNextCode } from './totp-steps.ts';

/** Number of unusable codes in a row after which the device is considered broken. */
const MAX_CODES = 10;

export interface DeviceCodeOptions {
  /** The name of the persona. */
  readonly persona: string;
  readonly device: OtpDevice;
  readonly runtime: Runtime;
  /** The ledger in which all users of the device claim its codes. Without it, several may get the same code. */
  readonly ledger: Ledger | undefined;
}

/**
 * Claims a code of a device that nobody else gets and that stays valid long enough. As with a seed, it is first come,
 * first served, with one code per period.
 *
 * @throws TwoFactorError `CODE_TIMEOUT`, and the errors of the device and the ledger
 */
export async function claimDeviceCode(options: DeviceCodeOptions): Promise<string> {
  const { persona, device, runtime, ledger } = options;
  const key = `device/${device.name}`;
  const lease = ledger && (await acquireAuthenticator({ persona, key, period: DEVICE_PERIOD, runtime, ledger }));
  const owner = ownerName(runtime);
  try {
    for (let codes = 0; codes < MAX_CODES; codes++) {
      const { code, step, endsAt } = await device.code();
      const hasLifetimeLeft = (): boolean => endsAt - runtime.now() >= MIN_LIFETIME;
      const day = Math.floor((step * DEVICE_PERIOD) / DAY);
      const claim = hasLifetimeLeft()
        ? await ledger?.nextValue(`${key}/${day}`, { owner, atLeast: step, atMost: step, ephemeral: true })
        : undefined;
      if ((claim?.isMine ?? true) && hasLifetimeLeft()) return code; // the claim may have taken long
      await waitForNextCode(endsAt, runtime, { claimedBy: claim?.owner, clock: () => runtime.now() });
    }
  } finally {
    await lease?.release();
  }
  const text = `Persona "${persona}" got no TOTP code: ${device.name} showed ${MAX_CODES} codes in a row that were already claimed or about to expire. Check its clock and the clock of this machine.`;
  throw new TwoFactorError('CODE_TIMEOUT', text);
}
