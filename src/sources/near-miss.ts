import { TwoFactorError, reasonOf } from '../errors.ts';
import { mask } from '../message/mask.ts';
import type { Message, OtherMessage } from '../message/message.ts';
import type { SourceSightings, Watch } from './source.ts';

/** A message that came, and the one reason it was not taken. */
export interface NearMiss {
  readonly message: Message;
  readonly reason: string;
}

export interface VainWait {
  /** What was waited for: `code`, `link` or `message`. */
  readonly what: string;
  readonly watch: Watch;
  /** How long, in milliseconds. */
  readonly waited: number;
  /** Set when the test's own time was up before the wait's. */
  readonly cutShort: boolean;
  readonly misses: readonly NearMiss[];
  /** Says whose an address is, where that is known. */
  readonly ownerOf?: OwnerOf | undefined;
}

export type OwnerOf = (address: string) => string | undefined;

/** A difference between two clocks that is no more than the time of an answer, in milliseconds. */
const SAME_CLOCK = 1000;

/**
 * The error of a wait in vain: what came, why it was not taken, what the source saw beside it, what to try next. The
 * same as data is in its `details`.
 */
export async function explainVainWait(wait: VainWait): Promise<TwoFactorError> {
  const sightings = await wait.watch.sightings().catch(reasonOf);
  const next = advice(wait, sightings);
  const lines = [headline(wait), ...missLines(wait), ...sightingLines(wait, sightings), `Next: ${next}`];
  return new TwoFactorError('CODE_TIMEOUT', lines.join('\n'), { details: detailsOf(wait, sightings, next) });
}

function headline({ what, watch, waited, cutShort }: VainWait): string {
  const limit = cutShort ? ', when the time of the test was up' : '';
  return `No ${what} came for ${watch.address} in ${seconds(waited)}${limit}.`;
}

function missLines({ misses }: VainWait): string[] {
  if (misses.length === 0) return ['No message came to this address in that time.'];
  const rows = misses.map(({ message, reason }) => `  - ${nameOf(message)}: ${reason}`);
  return [`${plural(misses.length, 'message')} came and ${misses.length === 1 ? 'was' : 'were'} not taken:`, ...rows];
}

function sightingLines({ watch, ownerOf }: VainWait, seen: SourceSightings | string): string[] {
  if (typeof seen === 'string') return [`The sink could not be asked what else it saw: ${seen}`];
  const lines: string[] = [];
  if (seen.restarted) lines.push('The sink was started anew in the meantime; what it held before is gone.');
  if (watch.kind === 'email') {
    const open = seen.openSessions > 0 ? `, ${seen.openSessions} still open` : '';
    lines.push(`The sink saw ${plural(seen.sessions, 'SMTP connection')} in that time${open}.`);
  }
  if (seen.refusals.length > 0) lines.push('It refused:', ...seen.refusals.map((reason) => `  - ${reason}`));
  if (seen.earlier.count > 0) {
    const named = seen.earlier.newest.map((message) => `  - ${titleOf(message)} at ${timeOf(message.receivedAt)}`);
    lines.push(`${plural(seen.earlier.count, 'message')} had come to this address before the test began:`, ...named);
  }
  if (seen.others.count > 0) {
    const named = seen.others.newest.map((message) => `  - ${titleOf(message)}${ownerNamed(message, ownerOf)}`);
    lines.push(`${plural(seen.others.count, 'message')} went to other addresses, the newest:`, ...named);
  }
  if (seen.evicted.count > 0) {
    const own = seen.evicted.toAddress > 0 ? `, ${seen.evicted.toAddress} of them to this address` : '';
    lines.push(`The sink pushed out ${plural(seen.evicted.count, 'old message')}${own}; it holds ${seen.evicted.cap}.`);
  }
  const offset = seen.clockOffset ?? 0;
  if (Math.abs(offset) > SAME_CLOCK)
    lines.push(
      `The clock of the sink is ${seconds(Math.abs(offset))} ${offset > 0 ? 'ahead of' : 'behind'} this machine's; \`since\` goes by the sink's.`,
    );
  return lines;
}

function advice({ what, watch, misses, cutShort, ownerOf }: VainWait, seen: SourceSightings | string): string {
  if (misses.length > 0) {
    return what === 'message'
      ? 'loosen the filter, or wait for one of these.'
      : `if one of them is the right one, say how to read it: \`pattern\` for a code, \`text\` or \`host\` for a link; else loosen the filter.`;
  }
  if (typeof seen === 'string') return 'see whether the sink is still running.';
  if (seen.refusals.length > 0) return 'mend what the sink refused.';
  if (seen.evicted.toAddress > 0) return 'give the sink more room with --max-messages and --max-bytes.';
  if (seen.earlier.count > 0)
    return 'ask the application for the message within the test: what came before it began may be old, and does not count.';
  // Mail to the personas of other tests is what a busy suite sends.
  if (seen.others.newest.some(({ to }) => ownerOf?.(to) === undefined))
    return `see whether the application was given the address ${watch.address}.`;
  const where = seen.takesMailAt ?? 'the sink';
  if (watch.kind === 'sms')
    return `see whether the application sends its SMS to the sink: POST /sms, or Twilio's API with the sink as base URL.`;
  if (seen.openSessions > 0)
    return 'a mail is still on its way: see why the application does not finish sending it, or raise `timeout`.';
  if (seen.sessions === 0)
    return `nobody called the sink: let the application send its mail to ${where} (host and port of its SMTP settings), and see in its log whether it sent any.`;
  return cutShort
    ? 'raise the time-out of the test.'
    : 'see in the log of the application whether it sent the message; raise `timeout` if it is slow.';
}

/** For programs; texts are masked as they are for people. */
function detailsOf(wait: VainWait, seen: SourceSightings | string, next: string): object {
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
            earlier: { ...seen.earlier, newest: seen.earlier.newest.map(named) },
            others: { ...seen.others, newest: seen.others.newest.map(named) },
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

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
