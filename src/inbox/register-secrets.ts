import { TwoFactorError } from '../core/errors.ts';
import { findCode } from '../codes/find-code.ts';
import { findLink } from '../codes/find-link.ts';
import type { Message } from '../message/message.ts';
import { keepLink } from '../secret/link-secrets.ts';
import { keepSecret } from '../secret/secret.ts';

/** Makes the code and the link of a message known as secrets, before whoever asked for it reads them out of it. */
export function keepSecretsOf(address: string, message: Message): void {
  attempt(() => keepSecret(`${address}/code`, findCode(message)));
  attempt(() => keepLink(`${address}/link`, findLink(message)));
}

/** Most messages have no code, or no link. */
function attempt(keep: () => unknown): void {
  try {
    keep();
  } catch (error) {
    if (!(error instanceof TwoFactorError)) throw error;
  }
}
