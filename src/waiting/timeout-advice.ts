import { likenessOf } from '../message/look-alike.ts';
import type { OtherMessage } from '../message/message.ts';
import type { SourceSightings } from './sightings.ts';
import type { TimedOutWait } from './timed-out-wait.ts';

/** Returns what to try after a wait that timed out. @param seen sightings of the source, or the reason why there are none */
export function nextStep(wait: TimedOutWait, seen: SourceSightings | string): string {
  const { what, watch, rejected, caller } = wait;
  if (rejected.length > 0) {
    return what === 'message'
      ? 'loosen the filter, or wait for one of these.'
      : 'if one of them is the right one, set `pattern` for a code, or `text` or `host` for a link; otherwise loosen the filter.';
  }
  if (typeof seen === 'string') return `check that ${watch.source ?? 'the sink'} is still running.`;
  if (seen.refusals?.length)
    return seen.refusals.every((reason) => /\bfault "[\w-]+": /.test(reason))
      ? 'the faults reported above were asked for: let the application send again, or remove them.'
      : 'fix the cause of the refusals reported above.';
  if (seen.evicted?.toAddress) return 'raise the limits of the sink with --max-messages and --max-bytes.';
  const wrong = wrongAddressIn(wait, seen);
  if (wrong !== undefined) return wrong;
  if (seen.earlier?.count && caller === 'client')
    return 'take a mark (GET /api/mark) before the application sends the message, and pass it as `after`.';
  if (seen.earlier?.count)
    return caller === 'job'
      ? 'open the persona before the site sends the message: earlier messages may be old and do not count.'
      : 'request the message within the test: messages from before the test may be old and do not count.';
  if (seen.notes?.length) return 'fix the problem reported above.';
  // Messages to personas of other tests are normal in a busy suite.
  if (seen.others?.newest.some((message) => wait.ownerOf?.(message.to) === undefined))
    return `check that ${senderOf(wait)} was given the address ${watch.address}.`;
  return wait.foreignSite === undefined ? ofApplication(wait, seen) : ofForeignSite(wait, wait.foreignSite, seen);
}

/** Returns the first recipient of a message that looks like an address, and how it differs. */
export function lookAlikeIn(
  { to }: Pick<OtherMessage, 'to'>,
  address: string,
): { readonly recipient: string; readonly likeness: string } | undefined {
  for (const recipient of to.split(', ')) {
    const likeness = likenessOf(recipient, address);
    if (likeness !== undefined) return { recipient, likeness };
  }
  return undefined;
}

/** Returns the advice about a message to an address that looks like the one waited for. */
function wrongAddressIn(wait: TimedOutWait, { others }: SourceSightings): string | undefined {
  const { watch, ownerOf } = wait;
  if (watch.kind !== 'email') return undefined;
  for (const message of others?.newest.toReversed() ?? []) {
    const found = ownerOf?.(message.to) === undefined ? lookAlikeIn(message, watch.address) : undefined;
    if (found)
      return `check that ${senderOf(wait)} was given the address ${watch.address}. A message went to ${found.recipient}, which is ${found.likeness}.`;
  }
  return undefined;
}

/** Returns the advice if the application under test may have sent nothing. */
function ofApplication({ watch, cutShort, caller }: TimedOutWait, seen: SourceSightings): string {
  if (watch.source !== undefined && seen.asked)
    return `check in the log of the application that it sent the message to ${watch.address}, and at the source that it arrived; ${ifLate(cutShort)}.`;
  const foreign = caller === 'job' ? ` ${receiveElsewhere(watch.kind)}` : '';
  if (watch.kind === 'sms')
    return `check that the application sends its SMS to the sink: POST /sms, or Twilio's API with the sink as base URL.${foreign}`;
  if (seen.openSessions)
    return 'a mail is still being sent: check why the application does not finish sending it, or raise `timeout`.';
  if (seen.sessions === 0)
    return `no application connected to the sink: set the SMTP host and port of the application to ${seen.takesMailAt ?? 'the sink'}, and check in its log that it sends mail.${foreign}`;
  return cutShort
    ? 'raise the test timeout.'
    : 'check in the log of the application that it sent the message; raise `timeout` if it is slow.';
}

/** Returns the advice for a site of somebody else, whose mail server nobody here configures. */
function ofForeignSite({ watch, cutShort, caller }: TimedOutWait, site: string, seen: SourceSightings): string {
  const late = ifLate(cutShort);
  if (watch.source !== undefined)
    return `check on ${site} that it sends to ${watch.address}, and at ${watch.source} that the message did not end as spam; ${late}.`;
  const hasHeard = (seen.sessions ?? 0) > 0 && watch.kind === 'email';
  if (hasHeard) return `check on ${site} that it sends to ${watch.address}; ${late}.`;
  const who = caller === 'job' ? '' : `${site} is not the application under test (\`baseURL\`), and `;
  return `${who}the sink receives only what is sent to this machine. ${receiveElsewhere(watch.kind)}`;
}

function receiveElsewhere(kind: TimedOutWait['watch']['kind']): string {
  return kind === 'sms'
    ? 'Sites on the internet send SMS to real numbers: receive them with `sms: twilio({ … })`, or forward those of a telephone to the sink.'
    : 'Sites on the internet send to real mailboxes: receive their mail with `mail: imap({ … })` or `mail: mailosaur({ … })`.';
}

function senderOf({ foreignSite }: TimedOutWait): string {
  return foreignSite ?? 'the application';
}

function ifLate(cutShort: boolean): string {
  return cutShort ? 'raise the test timeout' : 'raise `timeout` if it is slow';
}
