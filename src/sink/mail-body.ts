import type { MessageStore } from './store.ts';

/** The body of a request that contains a whole mail. */
export interface MailBody {
  readonly bytes: Buffer;
  /** Reason why the sink does not take the body, which is then empty. */
  readonly refusal?: { readonly status: 413 | 503; readonly reason: string };
  /** Ends the count of the bytes. Call it when the request is answered. */
  drop(): void;
}

const FULL =
  'The mails that are being sent at the same time are larger than the store; send fewer at a time, or raise its size with --max-bytes';

/**
 * Reads the body of a request that contains a whole mail. It may be as large as a mail by SMTP, and counts for the same
 * limit of unfinished mails until it is dropped.
 */
export async function readMailBody(request: Request, store: MessageStore): Promise<MailBody> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > store.maxSize) return refused(413, tooLarge(store));
  const mail = store.unfinished.begin();
  const drop = (): void => mail.drop();
  let size = 0;
  try {
    for await (const chunk of request.body ?? []) {
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      mail.add(bytes);
      if (size <= store.maxSize && !mail.isDropped) continue;
      drop();
      return size > store.maxSize ? refused(413, tooLarge(store)) : refused(503, FULL);
    }
  } catch (error) {
    drop();
    throw error;
  }
  return { bytes: Buffer.concat(mail.chunks), drop };
}

function tooLarge(store: MessageStore): string {
  return `A request is over the sink's limit of ${store.maxSize} bytes for a mail; raise it with --max-size`;
}

function refused(status: 413 | 503, reason: string): MailBody {
  return { bytes: Buffer.alloc(0), refusal: { status, reason }, drop: () => undefined };
}
