import { TwoFactorError } from '../core/errors.ts';
import { describeOrigins } from '../secret/origins.ts';
import type { SourceWatch } from '../sources/source.ts';

export function aborted(what: string, { address }: SourceWatch, signal: AbortSignal): TwoFactorError {
  return new TwoFactorError('WAIT_ABORTED', `The wait for a ${what} to ${address} was aborted by its signal.`, {
    cause: signal.reason,
  });
}

export function refusedLink(origins: readonly string[], seen: string): TwoFactorError {
  const text = `Did not open the link: it leads to ${seen}, and what is sent to this persona ${describeOrigins(origins)}. If that site is right, give the persona \`origins: ['${seen}']\`.`;
  return new TwoFactorError('ORIGIN_REFUSED', text);
}

export async function unsettled(watch: SourceWatch, waited: number): Promise<TwoFactorError> {
  const { openSessions } = await watch.sightings().catch(() => ({ openSessions: undefined }));
  const seen = openSessions === undefined ? '' : ` It has ${openSessions} open SMTP connections.`;
  const text = `Whether anything more comes to ${watch.address} could not be told in ${(waited / 1000).toFixed(1)} s: a delivery that may be for it has begun at the source and does not end.${seen} See why the application does not finish sending, or raise \`timeout\`.`;
  return new TwoFactorError('NOT_SETTLED', text);
}
