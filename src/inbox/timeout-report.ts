import { race } from '../core/abortable.ts';
import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { mask } from '../message/mask.ts';
import type { Message, OtherMessage } from '../message/message.ts';
import type { RequestCounts, SourceSightings, SourceWatch } from '../sources/source.ts';

/** A message that came, and the reason it was rejected. */
export interface RejectedMessage {
  readonly message: Message;
  readonly reason: string;
}

export interface TimedOutWait {
  /** `code`, `link` or `message`. */
  readonly what: string;
  readonly watch: SourceWatch;
  /** Duration of the wait, in milliseconds. */
  readonly waited: number;
  /** True if the test's own time limit ended the wait. */
  readonly cutShort: boolean;
  readonly rejected: readonly RejectedMessage[];
  /** Returns the owner of an address, if known. */
  readonly ownerOf?: OwnerOf | undefined;
}

export type OwnerOf = (address: string) => string | undefined;

/** Clock differences up to this are within the response time, in milliseconds. */
const CLOCK_TOLERANCE = 1000;
/** Time limit for the sightings of the source, in milliseconds. */
const SIGHTINGS_TIMEOUT = 5000;
/** The same limit when the test's time is up: the error has to come before the test is stopped. */
const CUT_SHORT_TIMEOUT = 700;

/**
 * Returns the error for a wait that timed out: the messages that came and why they were rejected, what else the source
 * saw, and what to try next. `details` has the same as data.
 */
export async function explainTimeout(wait: TimedOutWait): Promise<TwoFactorError> {
  const sightings = await sightingsOf(wait);
  const next = advice(wait, sightings);
  const lines = [headline(wait), ...rejectedLines(wait), ...sightingLines(wait, sightings), `Next: ${next}`];
  return new TwoFactorError('CODE_TIMEOUT', lines.join('\n'), { details: detailsOf(wait, sightings, next) });
}

/** Returns the sightings, or the reason why there are none. */
async function sightingsOf({ watch, cutShort }: TimedOutWait): Promise<SourceSightings | string> {
  const limit = cutShort ? CUT_SHORT_TIMEOUT : SIGHTINGS_TIMEOUT;
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(new Error(`no answer within ${seconds(limit)}`)), limit);
  return await race(watch.sightings(), timeout.signal)
    .catch(reasonOf)
    .finally(() => clearTimeout(timer));
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

function sightingLines({ watch, ownerOf }: TimedOutWait, seen: SourceSightings | string): string[] {
  const source = watch.source ?? 'the sink';
  if (typeof seen === 'string') return [`${capital(source)} could not report what else it saw: ${seen}`];
  const { sessions, openSessions = 0, refusals = [], earlier, others, evicted, clockOffset = 0, asked } = seen;
  const lines: string[] = [];
  if (seen.restarted) lines.push(`${capital(source)} was restarted in the meantime; its earlier messages are lost.`);
  if (watch.kind === 'email' && sessions !== undefined) {
    const open = openSessions > 0 ? `, ${openSessions} still open` : '';
    lines.push(`${capital(source)} saw ${plural(sessions, 'SMTP connection')} in that time${open}.`);
  }
  if (asked) lines.push(askedLine(source, asked));
  if (refusals.length > 0) lines.push('It refused:', ...refusals.map((reason) => `  - ${reason}`));
  if (earlier && earlier.count > 0) {
    const named = earlier.newest.map((message) => `  - ${titleOf(message)} at ${timeOf(message.receivedAt)}`);
    lines.push(`${plural(earlier.count, 'message')} had come to this address before the test began:`, ...named);
  }
  if (others && others.count > 0) {
    const named = others.newest.map((message) => `  - ${titleOf(message)}${ownerNamed(message, ownerOf)}`);
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

function askedLine(source: string, { times, faults, lastFault }: RequestCounts): string {
  const failed = faults > 0 ? `, ${faults} of which failed (the last: ${lastFault})` : '';
  return `${capital(source)} was polled ${times} ${times === 1 ? 'time' : 'times'} since the test began${failed}.`;
}

function advice({ what, watch, rejected, cutShort, ownerOf }: TimedOutWait, seen: SourceSightings | string): string {
  if (rejected.length > 0) {
    return what === 'message'
      ? 'loosen the filter, or wait for one of these.'
      : 'if one of them is the right one, set `pattern` for a code, or `text` or `host` for a link; otherwise loosen the filter.';
  }
  if (typeof seen === 'string') return `check that ${watch.source ?? 'the sink'} is still running.`;
  if (seen.refusals?.length) return 'fix the cause of the refusals reported above.';
  if (seen.evicted?.toAddress) return 'raise the limits of the sink with --max-messages and --max-bytes.';
  if (seen.earlier?.count)
    return 'request the message within the test: messages from before the test may be old and do not count.';
  if (seen.notes?.length) return 'fix the problem reported above.';
  // Messages to personas of other tests are normal in a busy suite.
  if (seen.others?.newest.some(({ to }) => ownerOf?.(to) === undefined))
    return `check that the application was given the address ${watch.address}.`;
  const late = cutShort ? 'raise the test timeout' : 'raise `timeout` if it is slow';
  if (watch.source !== undefined && seen.asked)
    return `check in the log of the application that it sent the message to ${watch.address}, and at the source that it arrived; ${late}.`;
  if (watch.kind === 'sms')
    return `check that the application sends its SMS to the sink: POST /sms, or Twilio's API with the sink as base URL.`;
  if (seen.openSessions)
    return 'a mail is still being sent: check why the application does not finish sending it, or raise `timeout`.';
  if (seen.sessions === 0)
    return `no application connected to the sink: set the SMTP host and port of the application to ${seen.takesMailAt ?? 'the sink'}, and check in its log that it sends mail.`;
  return cutShort
    ? 'raise the test timeout.'
    : 'check in the log of the application that it sent the message; raise `timeout` if it is slow.';
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
export function nameOf({ kind, subject, from, receivedAt }: Message): string {
  const title = kind === 'email' ? `"${mask(subject)}"` : 'SMS';
  return `${title} from ${from || 'an unknown sender'} at ${timeOf(receivedAt)}`;
}

function titleOf({ subject, to, from }: OtherMessage): string {
  return `${subject ? `"${mask(subject)}" ` : ''}to ${to} from ${from || 'an unknown sender'}`;
}

function ownerNamed({ to }: OtherMessage, ownerOf: OwnerOf | undefined): string {
  const owner = ownerOf?.(to);
  return owner === undefined ? '' : `, which is ${owner}`;
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
