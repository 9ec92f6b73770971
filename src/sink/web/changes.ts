import type { Handoffs } from '../handoffs.ts';
import type { MessageStore } from '../store.ts';

/** Maximum number of pages that are told of changes. */
const MAX_PAGES = 64;
/** Minimum time between two events to a page, in milliseconds: many messages at once are one change. */
const GAP = 40;

/**
 * Tells open pages that something has changed, as server-sent events. The events say only that: a page then asks for what it
 * shows, so that a page that does not keep up is owed one event at most.
 */
export class Changes {
  readonly #pages = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  #isOwed = false;

  constructor(store: MessageStore, handoffs: Handoffs) {
    const changed = (): void => this.#changed();
    store.onChange(changed);
    handoffs.onChange(changed);
  }

  /** Opens a stream of events, or returns undefined if too many are open. */
  open(): ReadableStream<Uint8Array> | undefined {
    if (this.#pages.size >= MAX_PAGES) return undefined;
    let tell: () => void;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          const send = (text: string): void => controller.enqueue(Buffer.from(text));
          tell = () => {
            if ((controller.desiredSize ?? 0) > 0) send('data: changed\n\n');
          };
          send('retry: 1000\n\n');
          this.#pages.add(tell);
        },
        cancel: () => {
          this.#pages.delete(tell);
        },
      },
      new CountQueuingStrategy({ highWaterMark: 4 }),
    );
  }

  /** Tells at once, and after that as seldom as the gap says. */
  #changed(): void {
    if (this.#pages.size === 0) return;
    if (this.#timer) {
      this.#isOwed = true;
      return;
    }
    for (const tell of this.#pages) tell();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (!this.#isOwed) return;
      this.#isOwed = false;
      this.#changed();
    }, GAP);
    this.#timer.unref();
  }
}
