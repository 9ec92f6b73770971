import { TwoFactorError } from '../core/errors.ts';
import type { MessageKind } from '../message/address.ts';
import { sink } from './sink.ts';
import type { Source } from './source.ts';

/** Where the messages of a suite come from, as a user says it. */
export interface SourceSelection {
  readonly mail?: Source | undefined;
  readonly sms?: Source | undefined;
  readonly sinkUrl?: string | undefined;
}

/**
 * One source of all that are chosen: the sink for what has no other, unless one for e-mail is given and nothing says that
 * there is a sink. Closing it closes the sink only: the others are closed by who made them.
 *
 * @param env what the others take their secrets from
 */
export function selectSources(
  { mail, sms, sinkUrl }: SourceSelection,
  env: Readonly<Record<string, string | undefined>>,
): Source {
  const ours = mail && (sms || sinkUrl === undefined) ? undefined : sink(sinkUrl ? { url: sinkUrl } : {});
  if (ours && !mail && !sms) return ours;
  for (const one of new Set([mail, sms])) one?.useEnvironment?.(env);
  const chosen = { email: mail ?? ours, sms: sms ?? ours };
  const of = (kind: MessageKind): Source => {
    const source = chosen[kind];
    if (source) return source;
    const text =
      '`mail` is given, and nobody is named to take SMS from. Give a source as `sms` beside it, or `sinkUrl` for the sink.';
    throw new TwoFactorError('SETTINGS_INVALID', text);
  };
  return {
    name: 'several sources',
    watch: async (kind, address) => await of(kind).watch(kind, address),
    createAddress: async (kind, name) => await of(kind).createAddress?.(kind, name),
    isShared: (kind) => chosen[kind]?.isShared?.(kind) ?? false,
    device: (name) => mail?.device?.(name) ?? sms?.device?.(name),
    ...(ours?.handoff ? { handoff: (request) => ours.handoff!(request) } : {}),
    close: async () => await ours?.close(),
  };
}
