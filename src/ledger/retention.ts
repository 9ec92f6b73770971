import { DAY } from '../core/durations.ts';

/**
 * Time after its last use at which an ephemeral key is removed, in milliseconds: the two days promised, and a margin.
 */
export const RETENTION: number = 3 * DAY;
