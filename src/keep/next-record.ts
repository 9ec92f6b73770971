import { MINUTE } from '../core/durations.ts';
import { expiredCredentials, sessionCredentials } from '../profile/expiry.ts';
import type { SavedState } from '../profile/state.ts';
import type { KeepCause, KeepFailure } from './cause.ts';
import type { KeepRecord } from './keep-record.ts';
import type { KeptProfile } from './kept-profile.ts';
import { type Schedule, type SessionFacts, factsOf } from './schedule.ts';
import { type SessionEventType, sessionEvent } from './session-event.ts';
import type { WatchedBrowser } from './watched-browser.ts';

/** Time for which one keeper has the delivery of events to itself, in milliseconds. */
export const DELIVERY_TURN: number = MINUTE;
/** Largest number of credentials that are known to be outlived, and of events that wait for delivery. */
const MAX_LIST = 50;

/** Everything that a visit has found out. */
export interface VisitFindings {
  readonly profile: KeptProfile;
  /** Record at the beginning of the visit, before a sign-in was noted in it. */
  readonly record: KeepRecord;
  /** Record now. Another process may have delivered events. */
  readonly latest: KeepRecord;
  readonly watched: WatchedBrowser;
  readonly failure: KeepFailure | undefined;
  /** Session that was saved before the visit. */
  readonly before: SavedState | undefined;
  /** Session that is saved now. */
  readonly saved: SavedState | undefined;
  /** True if the session is alive; `undefined` if the site did not say. */
  readonly isAlive: boolean | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly schedule: Schedule;
  /** Returns the pause after a failure, in milliseconds. */
  readonly pause: (cause: Exclude<KeepCause, 'refused'>, failures: number) => number;
  /** Pause before a retry that costs nothing, in milliseconds. */
  readonly soon: number;
  readonly random: () => number;
  /** True if events are delivered. */
  readonly hasEvents: boolean;
}

/** Returns the record of a profile after a visit. */
export function recordOf(findings: VisitFindings): KeepRecord {
  const { record, latest, failure, isAlive, now, saved, before, profile, watched } = findings;
  // A new session says nothing about the credentials of the one before.
  const outlived = isAlive && before && !watched.renewal ? withOutlived(record.outlived, before, now) : record.outlived;
  const facts = saved && factsOf(saved, outlived, profile.maxAge);
  const base = {
    visitedAt: now,
    outlived,
    eventFailures: latest.eventFailures,
    ...pick(latest, 'eventsAt'),
    ...(isAlive === undefined ? pick(record, 'alive', 'checkedAt') : { alive: isAlive, checkedAt: now }),
    ...(facts ? { signedInAt: facts.signedInAt } : {}),
    ...(facts?.expiresAt === undefined ? {} : { expiresAt: facts.expiresAt }),
  };
  const outcome = failure ? afterFailure(findings, failure, facts) : afterSuccess(findings, facts);
  return { ...base, ...outcome, ...eventsOf(findings, facts) };
}

type Outcome = Pick<KeepRecord, 'nextAt' | 'failures' | 'cause' | 'code' | 'signInAfter'>;

function afterSuccess(
  { profile, schedule, now, random, soon }: VisitFindings,
  facts: SessionFacts | undefined,
): Outcome {
  const probe = schedule.nextProbe(now, random);
  const from = facts ? schedule.renewFrom(facts, profile.browser.refresh !== undefined) : Infinity;
  const renewal = facts && Number.isFinite(from) ? schedule.jittered(from, facts, random) : Infinity;
  return { failures: 0, nextAt: Math.min(probe, Math.max(renewal, now + (renewal > now ? 0 : soon))) };
}

function afterFailure(findings: VisitFindings, failure: KeepFailure, facts: SessionFacts | undefined): Outcome {
  const { record, schedule, now, pause, soon, random } = findings;
  const probe = schedule.nextProbe(now, random);
  const { cause, code, until = 0 } = failure;
  const kept = pick(record, 'cause', 'code', 'signInAfter');
  if (failure.isPostponed && cause !== 'person') {
    // A refresh that failed is tried again; a pause of an earlier failure goes on.
    return { ...kept, failures: record.failures, nextAt: Math.min(probe, Math.max(until, now + soon)) };
  }
  if (failure.isPostponed) return { ...waiting(), failures: record.failures };
  const failures = record.failures + 1;
  const reason = { cause, ...(code === undefined ? {} : { code }), failures };
  // The secret may be corrected at any time, which is looked up without asking the site.
  if (cause === 'refused') return { ...reason, nextAt: probe };
  const after = Math.max(until, now + pause(cause, failures));
  if (cause === 'unreachable') return { ...reason, ...pick(record, 'signInAfter'), nextAt: Math.min(probe, after) };
  return { ...reason, signInAfter: after, nextAt: Math.min(probe, after) };

  /** Outside of the window, the session is probed as always: it may be alive, or recorded by hand. */
  function waiting(): Omit<Outcome, 'failures'> {
    const isEnding = findings.isAlive !== true || (facts?.expiresAt ?? Infinity) <= until;
    const why = isEnding ? { cause, ...(code === undefined ? {} : { code }) } : {};
    return { ...pick(record, 'signInAfter'), ...why, nextAt: Math.min(probe, until + soon * random()) };
  }
}

function eventsOf(
  findings: VisitFindings,
  facts: SessionFacts | undefined,
): Pick<KeepRecord, 'events' | 'told' | 'eventsAt'> {
  const { latest, failure, now, watched, hasEvents, profile } = findings;
  const { type, told } = newsOf(findings);
  const known = told === undefined ? {} : { told };
  if (!hasEvents || !type) return { events: latest.events, ...known };
  const event = sessionEvent(type, now, {
    profile: profile.name,
    ...(type === 'session.renewed' && watched.renewal ? { how: watched.renewal } : {}),
    ...(failure ? { cause: failure.cause, ...(failure.code === undefined ? {} : { code: failure.code }) } : {}),
    signedInAt: facts?.signedInAt,
    expiresAt: facts?.expiresAt,
  });
  // This keeper delivers it, unless an earlier event waits for its turn.
  const eventsAt = latest.eventsAt ?? now + DELIVERY_TURN;
  return { events: [...latest.events, event].slice(-MAX_LIST), eventsAt, ...known };
}

interface News {
  /** Event to send. */
  readonly type?: SessionEventType;
  /** Last event about the session, which is not sent twice. */
  readonly told?: KeepRecord['told'] | undefined;
}

function newsOf({ record: { told }, failure, isAlive, watched }: VisitFindings): News {
  if (!failure) return watched.renewal ? { type: 'session.renewed' } : {};
  if (isAlive === false) return told === 'lost' ? { told } : { type: 'session.lost', told: 'lost' };
  const isNews = failure.isPostponed ? failure.cause === 'person' : failure.cause !== 'unreachable';
  if (told || isAlive === undefined || !isNews) return { told };
  return { type: 'session.expiring', told: 'expiring' };
}

/** Adds the credentials of a session that is alive although they have expired. */
export function withOutlived(outlived: readonly string[], before: SavedState, now: number): readonly string[] {
  const expired = expiredCredentials(sessionCredentials(before.storageState), now);
  const added = expired.filter((key) => !outlived.includes(key));
  return added.length === 0 ? outlived : [...outlived, ...added].slice(-MAX_LIST);
}

function pick<K extends keyof KeepRecord>(record: KeepRecord, ...keys: K[]): { [P in K]?: KeepRecord[P] } {
  const entries = keys.flatMap((key) => (record[key] === undefined ? [] : [[key, record[key]] as const]));
  return Object.fromEntries(entries) as { [P in K]?: KeepRecord[P] };
}
