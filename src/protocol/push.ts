/**
 * The frames between the sink and its clients: one WebSocket for all waits of a process.
 *
 * A message travels as one binary frame: its envelope as JSON, a line feed, then the raw bytes as they arrived. The sink
 * decodes nothing; the client decodes the messages it needs. All other frames are JSON text.
 */
import type { MessageKind } from '../message/address.ts';
import type { Fault } from './fault.ts';
import type { HandoffAnswer, HandoffRequest } from './handoff.ts';
import type { Owner } from '../message/owner.ts';
import type { Envelope, Mark, Sightings } from '../message/message.ts';

/** A request of a client. The response repeats its `ref`. */
export type PushRequest =
  | {
      readonly op: 'watch';
      readonly ref: number;
      readonly kind: MessageKind;
      readonly to: string;
      readonly since?: number;
    }
  | { readonly op: 'watch-all'; readonly ref: number; readonly since?: number }
  | { readonly op: 'unwatch'; readonly ref: number; readonly kind: MessageKind; readonly to: string }
  | {
      readonly op: 'settled';
      readonly ref: number;
      readonly kind: MessageKind;
      readonly to: string;
      /** Milliseconds. */
      readonly quiet: number;
    }
  | { readonly op: 'number'; readonly ref: number }
  /** Tells whose an address is, for the people who look at the sink. */
  | {
      readonly op: 'owner';
      readonly ref: number;
      readonly kind: MessageKind;
      readonly to: string;
      readonly owner: Owner;
    }
  /** Claims a message to an address for a test or job. The answer has `takenBy` if another one has claimed it before. */
  | {
      readonly op: 'claimed';
      readonly ref: number;
      readonly id: string;
      readonly to: string;
      readonly owner: Owner;
    }
  /** Replaces the faults that this client has set for an address. They end with the connection. */
  | {
      readonly op: 'faults';
      readonly ref: number;
      readonly kind: MessageKind;
      readonly to: string;
      readonly faults: readonly Fault[];
    }
  /** Opens a request to a person. */
  | { readonly op: 'handoff'; readonly ref: number; readonly request: HandoffRequest }
  /** Answered once the person has answered. The answer is kept until the handoff is withdrawn. */
  | { readonly op: 'answer'; readonly ref: number; readonly id: string }
  | { readonly op: 'withdraw'; readonly ref: number; readonly id: string }
  | {
      readonly op: 'sightings';
      readonly ref: number;
      readonly kind: MessageKind;
      readonly to: string;
      readonly mark: Mark;
    };

/** The first frame of every connection. */
export interface PushHello {
  readonly hello: 'playwright-2fa-sink';
  readonly protocol: 1;
  /** Changes when the sink starts without its messages. Messages of earlier instances are gone. */
  readonly instance: string;
  /** Changes each time the sink starts: all counters but the sequence numbers begin again. */
  readonly run?: string;
  /** The SMTP address, such as `127.0.0.1:1025`. Clients name it in errors. */
  readonly smtp: string;
}

/** A handoff that the sink has opened. */
export interface OpenHandoff {
  readonly id: string;
  /** The path of its page, which contains an unguessable token. */
  readonly path: string;
}

export type PushAnswer =
  | { readonly ref: number; readonly mark: Mark; readonly takenBy?: string }
  | { readonly ref: number; readonly number: string }
  | { readonly ref: number; readonly sightings: Sightings }
  | { readonly ref: number; readonly handoff: OpenHandoff }
  | { readonly ref: number; readonly answer: HandoffAnswer }
  | { readonly ref: number; readonly error: string };

/** Encodes a message as a binary frame. */
export function encodeArrival(envelope: Envelope, raw: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify(envelope)}\n`), raw]);
}

/** Decodes a binary frame. `raw` shares the memory of the frame. */
export function decodeArrival(frame: Buffer): { envelope: Envelope; raw: Buffer } {
  const end = frame.indexOf(0x0a);
  return { envelope: JSON.parse(frame.toString('utf8', 0, end)) as Envelope, raw: frame.subarray(end + 1) };
}
