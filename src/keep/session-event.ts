import { randomUUID } from 'node:crypto';
import type { KeepCause } from './cause.ts';

/** Type of an event: the session was renewed, it could not be renewed and will expire, or it is dead. */
export type SessionEventType = 'session.renewed' | 'session.expiring' | 'session.lost';

/** Data of an event. It has no values of the session. */
export interface SessionEventData {
  readonly profile: string;
  /** Way of the renewal. */
  readonly how?: 'refresh' | 'sign-in';
  /** Reason why the session was not renewed. */
  readonly cause?: KeepCause;
  /** Code of the error: see docs/errors.md. */
  readonly code?: string;
  /** ISO 8601. */
  readonly signedInAt?: string;
  /** ISO 8601; missing if only the site knows. */
  readonly expiresAt?: string;
}

/** An event of a kept session. */
export interface SessionEvent {
  /** The same for each delivery. */
  readonly id: string;
  readonly type: SessionEventType;
  /** ISO 8601. */
  readonly timestamp: string;
  readonly data: SessionEventData;
}

interface Facts extends Pick<SessionEventData, 'profile' | 'how' | 'cause' | 'code'> {
  readonly signedInAt?: number | undefined;
  readonly expiresAt?: number | undefined;
}

export function sessionEvent(type: SessionEventType, now: number, facts: Facts): SessionEvent {
  const { signedInAt, expiresAt, ...data } = facts;
  return {
    id: `msg_${randomUUID()}`,
    type,
    timestamp: new Date(now).toISOString(),
    data: {
      ...data,
      ...(signedInAt === undefined ? {} : { signedInAt: new Date(signedInAt).toISOString() }),
      ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() }),
    },
  };
}
