import type { Message } from '../message/message.ts';
import type { SourceArrival } from '../sources/source.ts';
import { isVerifiedFor } from '../waiting/sender.ts';

/** A message, and its place in the order in which all have come. The first has 1. */
export interface PlacedMessage {
  readonly message: Message;
  readonly position: number;
}

/**
 * Returns messages in the order in which they are tried: the newest first. For a site, those come before all others whose
 * sender the mail server has verified to be the site.
 */
export async function* inOrder(
  newestFirst: readonly SourceArrival[],
  origin: string | undefined,
): AsyncGenerator<PlacedMessage> {
  if (origin === undefined || newestFirst.length < 2 || !URL.canParse(origin)) return yield* oneByOne(newestFirst);
  const placed: PlacedMessage[] = [];
  for await (const one of oneByOne(newestFirst)) placed.push(one);
  const isVerified = ({ message }: PlacedMessage): boolean => isVerifiedFor(message, origin);
  yield* placed.filter(isVerified);
  yield* placed.filter((one) => !isVerified(one));
}

/** Decodes each message only when it is tried. */
async function* oneByOne(newestFirst: readonly SourceArrival[]): AsyncGenerator<PlacedMessage> {
  for (const [index, arrival] of newestFirst.entries())
    yield { message: await arrival.message(), position: newestFirst.length - index };
}
