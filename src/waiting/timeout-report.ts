import { TwoFactorError } from '../core/errors.ts';
import { mask } from '../message/mask.ts';
import type { OtherMessage } from '../message/message.ts';
import type { RequestCounts, SourceSightings } from './sightings.ts';
import type { NamedMessage, TimedOutWait } from './timed-out-wait.ts';
import { lookAlikeIn, nextStep } from './timeout-advice.ts';

/** Clock differences up to this are within the response time, in milliseconds. */
const CLOCK_TOLERANCE = 1000;
/**
 * Returns the error for a wait that timed out: the messages that came and why they were rejected, what else the source
 * saw, and what to try next. `details` has the same as data.
 *
 * @param sightings sightings of the source, or the reason why there are none
 */
export function timeoutError(wait: TimedOutWait, sightings: SourceSightings | string): TwoFactorError {
  const next = nextStep(wait, sightings);
  const lines = [headline(wait), ...rejectedLines(wait), ...sightingLines(wait, sightings), `Next: ${next}`];
  return new TwoFactorError('CODE_TIMEOUT', lines.join('\n'), { details: detailsOf(wait, sightings, next) });
}

function headline({ what, watch, waited, cutShort }: TimedOutWait): string {
  const limit = cutShort ? '; the test timeout left no more time' : '';
  return `No ${what} came for ${watch.address} in ${seconds(waited)}${limit}.`;
}

function rejectedLines({ rejected }: TimedOutWait): string[] {
  if (rejected.length === 0) return ['No message came to this address in that time.'];
  const rows = rejected.map(({ message, reason }) => `  - ${nameOf(message)}: ${reason}`);
  return [
    `${plural(rejected.length, 'message')} came but ${rejected.length === 1 ? 'was' : 'were'} rejected:`,
    ...rows,
  ];
}

function sightingLines(wait: TimedOutWait, seen: SourceSightings | string): string[] {
  const { watch } = wait;
  const source = watch.source ?? 'the sink';
  if (typeof seen === 'string') return [`${capital(source)} could not report what else it saw: ${seen}`];
  const { sessions, openSessions = 0, refusals = [], earlier, others, evicted, clockOffset = 0, asked } = seen;
  const lines: string[] = [];
  if (seen.restarted) lines.push(`${capital(source)} was restarted in the meantime; its earlier messages are lost.`);
  if (watch.kind === 'email' && sessions !== undefined) {
    const open = openSessions > 0 ? `, ${openSessions} still open` : '';
    lines.push(`${capital(source)} saw ${plural(sessions, 'SMTP connection')} in that time${open}.`);
  }
  if (asked) lines.push(askedLine(wait, source, asked));
  if (refusals.length > 0) lines.push('It refused:', ...refusals.map((reason) => `  - ${reason}`));
  if (earlier && earlier.count > 0) {
    const named = earlier.newest.map((message) => `  - ${titleOf(message)} at ${timeOf(message.receivedAt)}`);
    lines.push(`${plural(earlier.count, 'message')} had come to this address before ${beginning(wait)}:`, ...named);
  }
  if (others && others.count > 0) {
    const named = others.newest.map((message) => `  - ${titleOf(message)}${ownerNamed(message, wait)}`);
    lines.push(`${plural(others.count, 'message')} went to other addresses, the newest:`, ...named);
  }
  if (evicted && evicted.count > 0) {
    const own = evicted.toAddress > 0 ? `, ${evicted.toAddress} of them to this address` : '';
    lines.push(
      `${capital(source)} evicted ${plural(evicted.count, 'old message')}${own}; its limit is ${evicted.cap}.`,
    );
  }
  if (Math.abs(clockOffset) > CLOCK_TOLERANCE)
    lines.push(
      `The clock of ${source} is ${seconds(Math.abs(clockOffset))} ${clockOffset > 0 ? 'ahead of' : 'behind'} this machine's; \`since\` is compared with that clock.`,
    );
  return [...lines, ...(seen.notes ?? [])];
}

function askedLine(wait: TimedOutWait, source: string, { times, faults, lastFault }: RequestCounts): string {
  const failed = faults > 0 ? `, ${faults} of which failed (the last: ${lastFault})` : '';
  return `${capital(source)} was polled ${times} ${times === 1 ? 'time' : 'times'} since ${beginning(wait)}${failed}.`;
}

/** Returns the report as data. Its texts are masked as those of the message are. */
function detailsOf(wait: TimedOutWait, seen: SourceSightings | string, next: string): object {
  const { what, watch, waited, cutShort, rejected, ownerOf } = wait;
  const withOwner = ({ subject, receivedAt, ...rest }: OtherMessage): object => {
    const owner = ownerOf?.(rest.to);
    return { ...rest, subject: mask(subject), at: new Date(receivedAt), ...(owner === undefined ? {} : { owner }) };
  };
  return {
    waitedFor: what,
    address: watch.address,
    ms: Math.round(waited),
    cutShort,
    messages: rejected.map(({ message: { id, from, subject, receivedAt }, reason }) => ({
      ...{ id, from, subject: mask(subject), at: receivedAt, reason },
    })),
    source:
      typeof seen === 'string'
        ? { unreachable: seen }
        : {
            ...seen,
            ...(seen.earlier ? { earlier: { ...seen.earlier, newest: seen.earlier.newest.map(withOwner) } } : {}),
            ...(seen.others ? { others: { ...seen.others, newest: seen.others.newest.map(withOwner) } } : {}),
          },
    next,
  };
}

/** Describes a message by its subject, its sender and its time. */
export function nameOf({ kind, subject, from, receivedAt }: NamedMessage): string {
  const title = kind === 'email' ? `"${mask(subject)}"` : 'SMS';
  return `${title} from ${from || 'an unknown sender'} at ${timeOf(receivedAt)}`;
}

function titleOf({ subject, to, from }: OtherMessage): string {
  return `${subject ? `"${mask(subject)}" ` : ''}to ${to} from ${from || 'an unknown sender'}`;
}

function ownerNamed(message: OtherMessage, { ownerOf, watch }: TimedOutWait): string {
  const owner = ownerOf?.(message.to);
  if (owner !== undefined) return `, which is ${owner}`;
  const likeness = watch.kind === 'email' ? lookAlikeIn(message, watch.address)?.likeness : undefined;
  return likeness === undefined ? '' : `; that address is not ${watch.address}, but ${likeness}`;
}

/** Returns when the wait may have missed earlier messages. */
function beginning({ caller }: TimedOutWait): string {
  if (caller === 'client') return 'its mark';
  return caller === 'job' ? 'the persona was opened' : 'the test began';
}

function timeOf(date: Date | number): string {
  return new Date(date).toISOString().slice(11, 23);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
