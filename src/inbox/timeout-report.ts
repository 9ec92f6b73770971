import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { mask } from '../message/mask.ts';
import type { Message, OtherMessage } from '../message/message.ts';
import type { RequestCounts, SourceSightings, SourceWatch } from '../sources/source.ts';

/** A message that came, and the one reason it was not taken. */
export interface RejectedMessage {
  readonly message: Message;
  readonly reason: string;
}

export interface TimedOutWait {
  /** What was waited for: `code`, `link` or `message`. */
  readonly what: string;
  readonly watch: SourceWatch;
  /** How long, in milliseconds. */
  readonly waited: number;
  /** Set when the test's own time was up before the wait's. */
  readonly cutShort: boolean;
  readonly misses: readonly RejectedMessage[];
  /** Says whose an address is, where that is known. */
  readonly ownerOf?: OwnerOf | undefined;
}

export type OwnerOf = (address: string) => string | undefined;

/** A difference between two clocks that is no more than the time of an answer, in milliseconds. */
const SAME_CLOCK = 1000;
/** How long a source may take to say what else it saw, and how long where the time of the test is up, in milliseconds. */
const TOLD_WITHIN = 5000;
const LEFT_OF_TEST = 700;

/**
 * The error of a wait in vain: what came, why it was not taken, what the source saw beside it, what to try next. The
 * same as data is in its `details`.
 */
export async function explainTimeout(wait: TimedOutWait): Promise<TwoFactorError> {
  const sightings = await sightingsOf(wait);
  const next = advice(wait, sightings);
  const lines = [headline(wait), ...missLines(wait), ...sightingLines(wait, sightings), `Next: ${next}`];
  return new TwoFactorError('CODE_TIMEOUT', lines.join('\n'), { details: detailsOf(wait, sightings, next) });
}

/** What else was seen is news; the error itself is not kept from being read before the time of the test is up. */
async function sightingsOf({ watch, cutShort }: TimedOutWait): Promise<SourceSightings | string> {
  const within = cutShort ? LEFT_OF_TEST : TOLD_WITHIN;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${seconds(within)}`), within);
  });
  return await Promise.race([watch.sightings().catch(reasonOf), late]).finally(() => clearTimeout(timer));
}

function headline({ what, watch, waited, cutShort }: TimedOutWait): string {
  const limit = cutShort ? ', when the time of the test was up' : '';
  return `No ${what} came for ${watch.address} in ${seconds(waited)}${limit}.`;
}

function missLines({ misses }: TimedOutWait): string[] {
  if (misses.length === 0) return ['No message came to this address in that time.'];
  const rows = misses.map(({ message, reason }) => `  - ${nameOf(message)}: ${reason}`);
  return [`${plural(misses.length, 'message')} came and ${misses.length === 1 ? 'was' : 'were'} not taken:`, ...rows];
}

function sightingLines({ watch, ownerOf }: TimedOutWait, seen: SourceSightings | string): string[] {
  const source = watch.source ?? 'the sink';
  if (typeof seen === 'string') return [`${capital(source)} could not be asked what else it saw: ${seen}`];
  const { sessions, openSessions = 0, refusals = [], earlier, others, evicted, clockOffset = 0, asked } = seen;
  const lines: string[] = [];
  if (seen.restarted) lines.push(`${capital(source)} was started anew in the meantime; what it held before is gone.`);
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
    lines.push(`${capital(source)} pushed out ${plural(evicted.count, 'old message')}${own}; it holds ${evicted.cap}.`);
  }
  if (Math.abs(clockOffset) > SAME_CLOCK)
    lines.push(
      `The clock of ${source} is ${seconds(Math.abs(clockOffset))} ${clockOffset > 0 ? 'ahead of' : 'behind'} this machine's; \`since\` goes by that clock.`,
    );
  return [...lines, ...(seen.notes ?? [])];
}

function askedLine(source: string, { times, faults, lastFault }: RequestCounts): string {
  const vain = faults > 0 ? `, ${faults} of them in vain (the last: ${lastFault})` : '';
  return `${capital(source)} was asked ${times} ${times === 1 ? 'time' : 'times'} since the test began${vain}.`;
}

function advice({ what, watch, misses, cutShort, ownerOf }: TimedOutWait, seen: SourceSightings | string): string {
  if (misses.length > 0) {
    return what === 'message'
      ? 'loosen the filter, or wait for one of these.'
      : `if one of them is the right one, say how to read it: \`pattern\` for a code, \`text\` or \`host\` for a link; else loosen the filter.`;
  }
  if (typeof seen === 'string') return `see whether ${watch.source ?? 'the sink'} is still running.`;
  if (seen.refusals?.length) return 'mend what the sink refused.';
  if (seen.evicted?.toAddress) return 'give the sink more room with --max-messages and --max-bytes.';
  if (seen.earlier?.count)
    return 'ask the application for the message within the test: what came before it began may be old, and does not count.';
  if (seen.notes?.length) return 'fix the problem reported above.';
  // Mail to the personas of other tests is what a busy suite sends.
  if (seen.others?.newest.some(({ to }) => ownerOf?.(to) === undefined))
    return `see whether the application was given the address ${watch.address}.`;
  const late = cutShort ? 'raise the time-out of the test' : 'raise `timeout` if it is slow';
  if (watch.source !== undefined && seen.asked)
    return `see in the log of the application whether it sent the message to ${watch.address}, and at the source whether it came; ${late}.`;
  if (watch.kind === 'sms')
    return `see whether the application sends its SMS to the sink: POST /sms, or Twilio's API with the sink as base URL.`;
  if (seen.openSessions)
    return 'a mail is still on its way: see why the application does not finish sending it, or raise `timeout`.';
  if (seen.sessions === 0)
    return `nobody called the sink: let the application send its mail to ${seen.takesMailAt ?? 'the sink'} (host and port of its SMTP settings), and see in its log whether it sent any.`;
  return cutShort
    ? 'raise the time-out of the test.'
    : 'see in the log of the application whether it sent the message; raise `timeout` if it is slow.';
}

/** For programs; texts are masked as they are for people. */
function detailsOf(wait: TimedOutWait, seen: SourceSightings | string, next: string): object {
  const { what, watch, waited, cutShort, misses, ownerOf } = wait;
  const named = ({ subject, receivedAt, ...rest }: OtherMessage): object => {
    const owner = ownerOf?.(rest.to);
    return { ...rest, subject: mask(subject), at: new Date(receivedAt), ...(owner === undefined ? {} : { owner }) };
  };
  return {
    waitedFor: what,
    address: watch.address,
    ms: Math.round(waited),
    cutShort,
    messages: misses.map(({ message: { id, from, subject, receivedAt }, reason }) => ({
      ...{ id, from, subject: mask(subject), at: receivedAt, reason },
    })),
    source:
      typeof seen === 'string'
        ? { unreachable: seen }
        : {
            ...seen,
            ...(seen.earlier ? { earlier: { ...seen.earlier, newest: seen.earlier.newest.map(named) } } : {}),
            ...(seen.others ? { others: { ...seen.others, newest: seen.others.newest.map(named) } } : {}),
          },
    next,
  };
}

/** A message as people know it: its subject, its sender, when it came. */
export function nameOf({ kind, subject, from, receivedAt }: Message): string {
  const title = kind === 'email' ? `"${mask(subject)}"` : 'SMS';
  return `${title} from ${from || 'nobody'} at ${timeOf(receivedAt)}`;
}

function titleOf({ subject, to, from }: OtherMessage): string {
  return `${subject ? `"${mask(subject)}" ` : ''}to ${to} from ${from || 'nobody'}`;
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
