import type { MessageKind } from '../../message/address.ts';
import type { DeliveriesInFlight } from '../in-flight.ts';

/** A message that is being delivered to some of its recipients. */
export interface Delivery {
  readonly kind: MessageKind;
  readonly from: string;
  readonly to: readonly string[];
  /** The bytes, in pieces. */
  readonly chunks: readonly Uint8Array[];
  /** Interface that the message was received by. */
  readonly via?: string | undefined;
}

/** The store of a sink, as its faults see it. */
export interface DeliveryTarget {
  /** Size of all messages that may be held, in bytes. */
  readonly maxBytes: number;
  readonly deliveries: DeliveriesInFlight;
  put(delivery: Delivery): void;
  /** Records what a fault did. Timed-out waits report it. */
  refused(reason: string): void;
}
