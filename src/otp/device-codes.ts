import { TwoFactorError } from '../core/errors.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { ownerName } from '../ledger/acquire-lease.ts';
import type { Runtime } from '../core/runtime.ts';
import { DEVICE_PERIOD, type OtpDevice } from './otp-device.ts';
import { waitUntil } from './totp-steps.ts';
import { DAY, MIN_LIFE, acquireAuthenticator } from './authenticator-lease.ts';

/** After so many codes without life left it is no use to ask again. */
const MAX_LOOKS = 10;

export interface DeviceOptions {
  /** The name of the persona. */
  readonly owner: string;
  readonly device: OtpDevice;
  readonly runtime: Runtime;
  /** Where all who share the device write down what they took; without it, any may take the same code. */
  readonly ledger: Ledger | undefined;
}

/**
 * Takes a code of a device that nobody else gets, and that has life left. As with a seed, first come, first served, and
 * one in a period.
 *
 * @throws TwoFactorError `CODE_TIMEOUT`; what the device and the ledger throw
 */
export async function claimDeviceCode(options: DeviceOptions): Promise<string> {
  const { owner, device, runtime, ledger } = options;
  const key = `device/${device.name}`;
  const turn = ledger && (await acquireAuthenticator({ owner, key, period: DEVICE_PERIOD, runtime, ledger }));
  try {
    for (let looks = 0; looks < MAX_LOOKS; looks++) {
      const { code, step, endsAt } = await device.code();
      const isLiving = endsAt - runtime.now() >= MIN_LIFE;
      const day = Math.floor((step * DEVICE_PERIOD) / DAY);
      const by = ownerName(runtime);
      const rise = isLiving
        ? await ledger?.nextValue(`${key}/${day}`, { owner: by, atLeast: step, atMost: step, ephemeral: true })
        : undefined;
      if (isLiving && (rise?.isMine ?? true)) return code;
      await waitUntil(endsAt, rise ? `: ${rise.owner} took this one` : '', runtime, () => runtime.now());
    }
  } finally {
    await turn?.release();
  }
  const text = `Persona "${owner}" got no TOTP code: ${device.name} showed ${MAX_LOOKS} in a row that were taken or about to end. See whether its clock or this machine's is wrong.`;
  throw new TwoFactorError('CODE_TIMEOUT', text);
}
