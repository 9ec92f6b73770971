import { TwoFactorError } from '../core/errors.ts';
import { findCode } from '../codes/find-code.ts';
import { findLink } from '../codes/find-link.ts';
import type { Message } from '../message/message.ts';
import { registerLinkSecrets } from '../secret/link-secrets.ts';
import { registerSecret } from '../secret/secret.ts';

/** Makes the code and the link of a message known as secrets, before whoever asked for it reads them out of it. */
export function registerMessageSecrets(address: string, message: Message): void {
  attempt(() => registerSecret(`${address}/code`, findCode(message)));
  attempt(() => registerLinkSecrets(`${address}/link`, findLink(message)));
}

/** Most messages have no code, or no link. */
function attempt(keep: () => unknown): void {
  try {
    keep();
  } catch (error) {
    if (!(error instanceof TwoFactorError)) throw error;
  }
}
