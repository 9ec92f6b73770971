/**
 * The frames between the sink and those who wait at it, one WebSocket for all waits of a process.
 *
 * A message travels as one binary frame: its envelope as JSON, a line feed, then the raw bytes as they came in.
 * Nothing is decoded on the way; who wants the code decodes. Everything else is JSON in text frames.
 */
import type { Envelope } from './message.ts';
import type { MessageKind } from './address.ts';

/** What a client asks. `ref` comes back in the answer. */
export type PushRequest =
  | { readonly op: 'watch'; readonly ref: number; readonly kind: MessageKind; readonly to: string; readonly since?: number }
  | { readonly op: 'watch-all'; readonly ref: number; readonly since?: number }
  | { readonly op: 'unwatch'; readonly ref: number; readonly kind: MessageKind; readonly to: string }
  | { readonly op: 'number'; readonly ref: number }
  | { readonly op: 'sightings'; readonly ref: number; readonly kind: MessageKind; readonly to: string; readonly mark: Mark };

/** The first frame of every connection. */
export interface PushHello {
  readonly hello: 'playwright-2fa-sink';
  readonly protocol: 1;
  /** Changes when the sink is started anew: what came before is gone. */
  readonly instance: string;
}

/** A moment in the life of a sink, by its counters and not by a clock. */
export interface Mark {
  /** The newest message at that moment. */
  readonly seq: number;
  /** SMTP connections opened until then. */
  readonly sessions: number;
  /** Refused deliveries until then. */
  readonly refusals: number;
  /** Messages pushed out by the caps until then. */
  readonly evicted: number;
}

/** What the sink saw since a mark, beside the messages for the address itself. */
export interface Sightings {
  /** SMTP connections since the mark; 0 means that nobody even called. */
  readonly sessions: number;
  readonly openSessions: number;
  /** The newest refused deliveries since the mark, with the reply they got. */
  readonly refusals: readonly string[];
  /** Messages to other addresses since the mark; the newest of them by name. */
  readonly others: { readonly count: number; readonly newest: readonly OtherMessage[] };
  /** Messages pushed out by the caps since the mark. */
  readonly evicted: { readonly count: number; readonly toAddress: number; readonly cap: string };
}

export interface OtherMessage {
  readonly kind: MessageKind;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
}

export type PushAnswer =
  | { readonly ref: number; readonly mark: Mark }
  | { readonly ref: number; readonly number: string }
  | { readonly ref: number; readonly sightings: Sightings }
  | { readonly ref: number; readonly error: string };

export function encodeArrival(envelope: Envelope, raw: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify(envelope)}\n`), raw]);
}

export function decodeArrival(frame: Buffer): { envelope: Envelope; raw: Buffer } {
  const end = frame.indexOf(0x0a);
  return { envelope: JSON.parse(frame.toString('utf8', 0, end)) as Envelope, raw: frame.subarray(end + 1) };
}
