import type { Sightings } from '../message/message.ts';

/** Observations of a source. Each member is set only if the source can observe it. */
export interface SourceSightings extends Partial<Sightings> {
  /** Offset of the source's clock from this machine's, in milliseconds; positive if it is ahead. Exact to half of the response time. */
  readonly clockOffset?: number;
  /** Host and port at which the source accepts mail, such as `127.0.0.1:1025`. */
  readonly takesMailAt?: string;
  /** True if the source was restarted since the start of the watch, so that messages may be lost. */
  readonly restarted?: boolean;
  /** Requests since the start of the watch. */
  readonly asked?: RequestCounts;
  /** Further lines for the report, for example that the plan's messages are used up. */
  readonly notes?: readonly string[];
}

export interface RequestCounts {
  readonly times: number;
  readonly faults: number;
  /** The last fault, with the HTTP status if there is one. */
  readonly lastFault?: string;
}
