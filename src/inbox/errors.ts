import { TwoFactorError } from '../core/errors.ts';
import type { Page } from '@playwright/test';
import type { OriginBinding } from '../secret/origin-binding.ts';
import { describeOrigin } from '../secret/origins.ts';
import type { SourceWatch } from '../sources/source.ts';

export function waitAborted(what: string, { address }: SourceWatch, signal: AbortSignal): TwoFactorError {
  return new TwoFactorError('WAIT_ABORTED', `The wait for a ${what} to ${address} was aborted by its signal.`, {
    cause: signal.reason,
  });
}

export async function linkRefused(binding: OriginBinding, page: Page, origin: string): Promise<TwoFactorError> {
  const text = `Did not open the link: it leads to ${describeOrigin(origin)}, but a link of this persona ${await binding.describe(page)}.${await binding.advise(page, origin)}`;
  return new TwoFactorError('ORIGIN_REFUSED', text);
}

export async function notSettled(watch: SourceWatch, waited: number): Promise<TwoFactorError> {
  const { openSessions } = await watch.sightings().catch(() => ({ openSessions: undefined }));
  const seen =
    openSessions === undefined
      ? ''
      : ` The sink has ${openSessions} open SMTP connection${openSessions === 1 ? '' : 's'}.`;
  const text = `After ${(waited / 1000).toFixed(1)} s it is still unknown whether more messages come to ${watch.address}: a delivery that may be for it has begun and does not end.${seen} Check why the application does not finish sending, or raise \`timeout\`.`;
  return new TwoFactorError('NOT_SETTLED', text);
}
