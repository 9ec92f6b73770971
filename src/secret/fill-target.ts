import { randomUUID } from 'node:crypto';
import type { ElementHandle, Locator, Page } from '@playwright/test';
import { hasDevtools } from '../core/devtools-session.ts';
import { evaluateOn, frameOf } from '../core/placed-elements.ts';
import { IsolatedWorld } from './isolated-world.ts';
import { MainWorld } from './main-world.ts';
import { MARK_ENGINE } from './mark-engine.ts';

/** The document of fields, and the mark on them. */
export interface FillPlace {
  readonly world: IsolatedWorld | MainWorld;
  readonly mark: string;
  readonly page: Page;
  readonly isMainFrame: boolean;
  /** True if the fields are known to be in the document, and visible. */
  readonly isSure: boolean;
}

/** The fields for a secret, as the caller names them. */
export class FillTarget {
  readonly #target: Locator | ElementHandle;
  /** The page of the fields; unknown until the frame of an element is. */
  #page: Page | undefined;

  constructor(target: Locator | ElementHandle) {
    this.#target = target;
    if (isLocator(target)) this.#page = target.page();
  }

  toString(): string {
    return isLocator(this.#target) ? String(this.#target) : 'an element';
  }

  isClosed(): boolean {
    return this.#page?.isClosed() ?? false;
  }

  /** @throws an error of Playwright if the first field does not become visible in time */
  async waitUntilVisible(timeout: number): Promise<void> {
    if (isLocator(this.#target)) await this.#target.first().waitFor({ timeout });
    else await this.#target.waitForElementState('visible', { timeout });
  }

  /** Calls a function in the page with the first element, out of reach of the scripts of the page if possible. */
  async read<T>(script: (element: Element) => T): Promise<T | undefined> {
    const probable = await this.inMainFrame();
    const found = await probable?.world.read(probable.mark, script);
    if (found !== undefined) return found;
    const place = await this.inOwnFrame();
    return await place?.world.read(place.mark, script);
  }

  /** Marks the fields, which are probably in the main frame. Needs a locator, and a browser with isolated worlds. */
  async inMainFrame(): Promise<FillPlace | undefined> {
    if (!isLocator(this.#target)) return undefined;
    const page = this.#target.page();
    if (!(await hasDevtools(page))) return undefined;
    const mark = randomUUID();
    const [world] = await Promise.all([IsolatedWorld.ofMainFrame(page), this.#setMark(mark)]);
    return { world, mark, page, isMainFrame: true, isSure: false };
  }

  /** Marks the fields, and finds the frame of the first one. */
  async inOwnFrame(): Promise<FillPlace | undefined> {
    const target = this.#target;
    const handles = async (): Promise<ElementHandle[]> =>
      isLocator(target) ? await target.elementHandles() : [target];
    // Playwright asks the world of the page, which a page may have made useless.
    const known = isLocator(target) ? frameOf(target) : undefined;
    const frame = known ?? (await (await handles())[0]?.ownerFrame());
    if (!frame) return undefined;
    const page = frame.page();
    this.#page = page;
    const mark = randomUUID();
    const find = async (): Promise<IsolatedWorld | MainWorld | undefined> => {
      if (!(await hasDevtools(page))) return await MainWorld.of(frame, await handles());
      await this.#setMark(mark);
      return await IsolatedWorld.find(frame, mark);
    };
    const world = await find();
    const isMainFrame = frame.parentFrame() === null;
    return world && { world, mark, page, isMainFrame, isSure: true };
  }

  /** Marks the elements. The test runner's engine is faster than a script in the page, and the page does not see it. */
  async #setMark(mark: string): Promise<void> {
    const target = this.#target;
    const engine = `${MARK_ENGINE}=${mark}`;
    try {
      await (isLocator(target) ? target.locator(engine).count() : target.$$(engine));
    } catch (error) {
      if (!String(error).includes('Unknown engine')) throw error;
      await (isLocator(target)
        ? evaluateOn(target, setAttribute, mark)
        : (target as ElementHandle<Element>).evaluate(setAttribute, mark));
    }
  }
}

function isLocator(target: Locator | ElementHandle): target is Locator {
  return 'elementHandles' in target;
}

/** Runs in the page. */
function setAttribute(marked: Element | readonly Element[], mark: string): void {
  for (const element of Array.isArray(marked) ? (marked as readonly Element[]) : [marked as Element])
    element.setAttribute('data-playwright-2fa-mark', mark);
}
