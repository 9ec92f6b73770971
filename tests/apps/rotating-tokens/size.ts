import { FULL } from '../../support/full.ts';

/** How many tests keep one session, the tenth of which each time looks at no page; as many as asked for by a full run. */
export const TESTS = FULL ? 30 : 10;
