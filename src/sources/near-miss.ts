import { TwoFactorError, reasonOf } from '../errors.ts';
import { mask } from '../message/mask.ts';
import type { Message } from '../message/message.ts';
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
}

/** The error of a wait in vain: what came, why it was not taken, what the source saw beside it, what to try next. */
export async function explainVainWait(wait: VainWait): Promise<TwoFactorError> {
  const sightings = await wait.watch.sightings().catch(reasonOf);
  const lines = [
    headline(wait),
    ...missLines(wait.misses),
    ...sightingLines(wait, sightings),
    `Next: ${advice(wait, sightings)}`,
  ];
  return new TwoFactorError('CODE_TIMEOUT', lines.join('\n'));
}

function headline({ what, watch, waited, cutShort }: VainWait): string {
  const limit = cutShort ? ', when the time of the test was up' : '';
  return `No ${what} came for ${watch.address} in ${seconds(waited)}${limit}.`;
}

function missLines(misses: readonly NearMiss[]): string[] {
  if (misses.length === 0) return ['No message came to this address in that time.'];
  const rows = misses.map(({ message, reason }) => `  - ${nameOf(message)}: ${reason}`);
  return [`${plural(misses.length, 'message')} came and ${misses.length === 1 ? 'was' : 'were'} not taken:`, ...rows];
}

function sightingLines({ watch }: VainWait, seen: SourceSightings | string): string[] {
  if (typeof seen === 'string') return [`The sink could not be asked what else it saw: ${seen}`];
  const lines: string[] = [];
  if (seen.restarted) lines.push('The sink was started anew in the meantime; what it held before is gone.');
  if (watch.kind === 'email') {
    const open = seen.openSessions > 0 ? `, ${seen.openSessions} still open` : '';
    lines.push(`The sink saw ${plural(seen.sessions, 'SMTP connection')} in that time${open}.`);
  }
  if (seen.refusals.length > 0) lines.push('It refused:', ...seen.refusals.map((reason) => `  - ${reason}`));
  if (seen.others.count > 0) {
    const named = seen.others.newest.map(
      ({ from, to, subject }) => `  - ${subject ? `"${mask(subject)}" ` : ''}to ${to} from ${from || 'nobody'}`,
    );
    lines.push(`${plural(seen.others.count, 'message')} went to other addresses, the newest:`, ...named);
  }
  if (seen.evicted.count > 0) {
    const own = seen.evicted.toAddress > 0 ? `, ${seen.evicted.toAddress} of them to this address` : '';
    lines.push(`The sink pushed out ${plural(seen.evicted.count, 'old message')}${own}; it holds ${seen.evicted.cap}.`);
  }
  return lines;
}

function advice({ what, watch, misses, cutShort }: VainWait, seen: SourceSightings | string): string {
  if (misses.length > 0) {
    return what === 'message'
      ? 'loosen the filter, or wait for one of these.'
      : `if one of them is the right one, say how to read it: \`pattern\` for a code, \`text\` or \`host\` for a link; else loosen the filter.`;
  }
  if (typeof seen === 'string') return 'see whether the sink is still running.';
  if (seen.refusals.length > 0) return 'mend what the sink refused.';
  if (seen.evicted.toAddress > 0) return 'give the sink more room with --max-messages and --max-bytes.';
  if (seen.others.count > 0) return `see whether the application was given the address ${watch.address}.`;
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

function nameOf({ kind, subject, from, receivedAt }: Message): string {
  const at = receivedAt.toISOString().slice(11, 23);
  return kind === 'email' ? `"${mask(subject)}" from ${from} at ${at}` : `SMS from ${from || 'nobody'} at ${at}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
