import { findCode } from '../codes/find-code.ts';
import { findLink } from '../codes/find-link.ts';
import { TwoFactorError } from '../core/errors.ts';
import type { Message } from '../message/message.ts';
import { registerLinkSecrets } from '../secret/link-secrets.ts';
import { registerSecret } from '../secret/secret.ts';

/** Registers the code and the link of a message as secrets. */
export function registerMessageSecrets(address: string, message: Message): void {
  ignoreMissing(() => registerSecret(`${address}/code`, findCode(message)));
  ignoreMissing(() => registerLinkSecrets(`${address}/link`, findLink(message)));
}

/** Most messages have no code, or no link. */
function ignoreMissing(register: () => unknown): void {
  try {
    register();
  } catch (error) {
    if (!(error instanceof TwoFactorError)) throw error;
  }
}
