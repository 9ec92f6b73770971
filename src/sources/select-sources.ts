import type { Caller } from '../core/caller.ts';
import { TwoFactorError } from '../core/errors.ts';
import type { MessageKind } from '../message/address.ts';
import { configuredSink } from './sink.ts';
import type { Source } from './source.ts';

/** The sources of messages that a user configured. */
export interface SourceSelection {
  readonly mail?: Source | undefined;
  readonly sms?: Source | undefined;
  readonly sinkUrl?: string | undefined;
  /** Kind of program, for errors that name its settings. */
  readonly caller: Caller;
}

/**
 * Combines the configured sources into one. The sink serves each kind that has no other source, except SMS if `mail` is
 * set and `sinkUrl` is not. `close()` closes the sink only: the maker of the other sources closes them.
 *
 * @param env variables from which the other sources read their secrets
 */
export function selectSources(
  { mail, sms, sinkUrl, caller }: SourceSelection,
  env: Readonly<Record<string, string | undefined>>,
): Source {
  const ourSink = mail && (sms || sinkUrl === undefined) ? undefined : configuredSink(sinkUrl, caller);
  if (ourSink && !mail && !sms) return ourSink;
  for (const one of new Set([mail, sms])) one?.useEnvironment?.(env);
  const selected = { email: mail ?? ourSink, sms: sms ?? ourSink };
  const sourceOf = (kind: MessageKind): Source => {
    const source = selected[kind];
    if (source) return source;
    const text = '`mail` is set, but no source of SMS. Set a source as `sms`, or `sinkUrl` to receive SMS at the sink.';
    throw new TwoFactorError('SETTINGS_INVALID', text);
  };
  return {
    name: 'several sources',
    watch: async (kind, address) => await sourceOf(kind).watch(kind, address),
    createAddress: async (kind, name) => await sourceOf(kind).createAddress?.(kind, name),
    isShared: (kind) => selected[kind]?.isShared?.(kind) ?? false,
    device: (name) => mail?.device?.(name) ?? sms?.device?.(name),
    ...(ourSink?.handoff ? { handoff: (request) => ourSink.handoff!(request) } : {}),
    async setFaults(kind, address, faults) {
      const source = sourceOf(kind);
      if (!source.setFaults) throw noFaults(source.name);
      await source.setFaults(kind, address, faults);
    },
    close: async () => await ourSink?.close(),
  };
}

function noFaults(name: string): TwoFactorError {
  return new TwoFactorError('SETTINGS_INVALID', `${name} has no faults on demand: only the sink has them.`);
}
