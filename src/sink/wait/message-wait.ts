import { TwoFactorError } from '../../core/errors.ts';
import { foldAddress } from '../../message/address.ts';
import type { Message } from '../../message/message.ts';
import { mismatch } from '../../waiting/filter.ts';
import type { NamedMessage, RejectedMessage } from '../../waiting/timed-out-wait.ts';
import { timeoutError } from '../../waiting/timeout-report.ts';
import { tryToRead } from '../../waiting/try-to-read.ts';
import { sightingsSince } from '../sightings.ts';
import type { MessageStore } from '../store.ts';
import type { Found, SecretReader } from './found-secret.ts';
import type { WaitQueue } from './message-waits.ts';
import type { WaitRequest, Wanted } from './wait-parameters.ts';

/** Maximum number of rejected messages that a report names: the newest. */
const MAX_REJECTED = 50;

/** End of a wait. */
export type WaitEnd =
  | { readonly found: Found; readonly message: Message }
  /** A message holds several equally likely codes or links. */
  | { readonly tie: TwoFactorError; readonly message: Message; readonly candidates: readonly object[] }
  | { readonly timeout: TwoFactorError };

interface Surroundings {
  readonly store: MessageStore;
  readonly reader: SecretReader;
}

/** Waits for the newest message that matches. @throws the reason of the signal, when the client hangs up */
export async function waitForFound(
  wanted: Wanted,
  request: WaitRequest,
  queue: WaitQueue,
  { store, reader }: Surroundings,
  hangUp: AbortSignal,
): Promise<WaitEnd> {
  const startedAt = performance.now();
  const rejected: RejectedMessage[] = [];
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(new Error('The time of the wait is up.')), request.timeout);
  const signal = AbortSignal.any([over.signal, hangUp]);
  try {
    for (;;) {
      const message = await queue.next(signal);
      hangUp.throwIfAborted(); // a client that is gone takes nothing
      const outcome = take(judge(wanted, message, request, reader), request, store);
      if (!('reason' in outcome)) {
        if (request.claim) await store.keeper?.claimsSettled();
        return outcome;
      }
      rejected.push({ message: nameOnly(message), reason: outcome.reason });
      if (rejected.length > MAX_REJECTED) rejected.shift();
    }
  } catch (error) {
    if (hangUp.aborted || !over.signal.aborted) throw error;
    return { timeout: explain(wanted, request, store, rejected, performance.now() - startedAt) };
  } finally {
    clearTimeout(timer);
  }
}

/** End of a wait, or the reason why a message does not end it. */
type Outcome = WaitEnd | { readonly reason: string };

function judge(wanted: Wanted, message: Message, request: WaitRequest, reader: SecretReader): Outcome {
  const reason = mismatch(message, request.filter);
  if (reason !== undefined) return { reason };
  try {
    const outcome = tryToRead(message, (one) => reader.read(wanted, one, request));
    return 'value' in outcome ? { found: outcome.value, message } : outcome;
  } catch (error) {
    if (!(error instanceof TwoFactorError)) throw error;
    return { tie: error, message, candidates: reader.candidates(wanted, message, request) };
  }
}

/** Takes the message of a wait that claims. Rejects it if another wait has taken it. */
function take(outcome: Outcome, { claim, to }: WaitRequest, store: MessageStore): Outcome {
  if (!claim || !('found' in outcome)) return outcome;
  const owner = { persona: to, title: 'a program over HTTP' };
  const earlier = store.take(outcome.message.id, to, { owner, key: Symbol(to) });
  return earlier === undefined ? outcome : { reason: `already claimed by ${earlier}` };
}

function explain(
  what: Wanted,
  { kind, to, after }: WaitRequest,
  store: MessageStore,
  rejected: readonly RejectedMessage[],
  waited: number,
): TwoFactorError {
  const seen = sightingsSince(store, after.mark, foldAddress(kind, to));
  const ownerOf = (address: string): string | undefined => store.ownerOf(kind, [foldAddress(kind, address)])?.title;
  const watch = { kind, address: to };
  return timeoutError(
    { what, watch, waited, cutShort: false, rejected, ownerOf, caller: 'client' },
    { ...seen, restarted: after.isOfEarlierSink },
  );
}

/** A wait of some minutes does not keep the messages that it has rejected. */
function nameOnly({ kind, id, subject, from, receivedAt }: Message): NamedMessage {
  return { kind, id, subject, from, receivedAt };
}
