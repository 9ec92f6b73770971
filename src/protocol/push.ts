/**
 * The frames between the sink and those who wait at it, one WebSocket for all waits of a process.
 *
 * A message travels as one binary frame: its envelope as JSON, a line feed, then the raw bytes as they came in.
 * Nothing is decoded on the way; who wants the code decodes. Everything else is JSON in text frames.
 */
import type { MessageKind } from '../message/address.ts';
import type { HandoffAnswer, HandoffRequest } from './handoff.ts';
import type { Envelope, Mark, Sightings } from '../message/message.ts';

/** What a client asks. `ref` comes back in the answer. */
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
  /** Asks a person. */
  | { readonly op: 'hand-over'; readonly ref: number; readonly request: HandoffRequest }
  /** Is answered when the person has; the answer is kept until it is withdrawn. */
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
  /** Changes when the sink is started anew: what came before is gone. */
  readonly instance: string;
  /** Where it takes mail, for the one who must tell a user where to send it. */
  readonly smtp: string;
}

/** A person is asked, on a page of the sink. */
export interface OpenHandoff {
  readonly id: string;
  /** Of the page, with a token that nobody can guess. */
  readonly path: string;
}

export type PushAnswer =
  | { readonly ref: number; readonly mark: Mark }
  | { readonly ref: number; readonly number: string }
  | { readonly ref: number; readonly sightings: Sightings }
  | { readonly ref: number; readonly handOver: OpenHandoff }
  | { readonly ref: number; readonly answer: HandoffAnswer }
  | { readonly ref: number; readonly error: string };

export function encodeArrival(envelope: Envelope, raw: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${JSON.stringify(envelope)}\n`), raw]);
}

export function decodeArrival(frame: Buffer): { envelope: Envelope; raw: Buffer } {
  const end = frame.indexOf(0x0a);
  return { envelope: JSON.parse(frame.toString('utf8', 0, end)) as Envelope, raw: frame.subarray(end + 1) };
}
