import { TwoFactorError } from '../core/errors.ts';
import type { OtpDevice } from '../otp/otp-device.ts';
import type { OtpSeed } from '../otp/seed.ts';
import type { Source } from '../sources/source.ts';
import type { Credentials } from './credentials.ts';

/** Authenticator of a persona: its seed, or a device of its message source. */
export function authenticatorOf({ name, totp }: Credentials, source: Source): OtpSeed | OtpDevice | undefined {
  if (!totp || 'key' in totp) return totp;
  const device = source.device?.(totp.device);
  if (device) return device;
  const text = `Persona "${name}" is invalid: its \`totp\` is the device "${totp.device}", and ${source.name} has no devices. Use \`mail: mailosaur({ … })\`, or give the seed.`;
  throw new TwoFactorError('SETTINGS_INVALID', text);
}
