import type { ElementHandle, Frame } from '@playwright/test';
import { ORIGIN_ENGINE } from './mark-engine.ts';
import { OPAQUE_ORIGIN } from './origins.ts';
import { type TypingRequest, type TypingResult, typeInDocument } from './typing.ts';

/** The world of a page, for browsers without isolated worlds. Its typing is bound to the document of the elements. */
export class MainWorld {
  /** Origin of the document; `null` if it is opaque, or not known. */
  readonly origin: string;
  readonly #frame: Frame;
  readonly #elements: readonly ElementHandle[];

  private constructor(frame: Frame, elements: readonly ElementHandle[], origin: string) {
    this.#frame = frame;
    this.#elements = elements;
    this.origin = origin;
  }

  /** Opens the world of the document that holds the elements. */
  static async of(frame: Frame, elements: readonly ElementHandle[]): Promise<MainWorld> {
    return new MainWorld(frame, elements, await originOf(elements[0]!, frame));
  }

  /** Calls a function with the first element. */
  async read<T>(_mark: string, script: (element: Element) => T): Promise<T | undefined> {
    return (await (this.#elements[0] as ElementHandle<Element>).evaluate(script)) as T;
  }

  /** Types into the elements. Playwright fails without a call if the document of the frame is not theirs. */
  async type(request: TypingRequest): Promise<TypingResult> {
    const elements = this.#elements as readonly ElementHandle<Element>[];
    return await this.#frame.evaluate(typeInDocument, { ...request, elements });
  }
}

/** Returns the origin of a document by the URL of its frame, and asks the browser whether the document has it. */
async function originOf(element: ElementHandle, owner: Frame): Promise<string> {
  let frame: Frame | null = owner;
  while (frame?.url().startsWith('about:')) frame = frame.parentFrame();
  const url = frame?.url() ?? '';
  const origin = URL.canParse(url) ? new URL(url).origin : OPAQUE_ORIGIN;
  // Outside the test runner there is no such engine. Then only the main frame has a known origin.
  const isMain = frame === owner && !owner.parentFrame();
  const hasOrigin = await element
    .$(`${ORIGIN_ENGINE}=${origin}`)
    .catch((error: unknown) => isMain && String(error).includes('Unknown engine'));
  return hasOrigin ? origin : OPAQUE_ORIGIN;
}
