import type { Frame, Locator } from '@playwright/test';
import { pageGeometry } from '../challenge/page/page-geometry.ts';
import { pageListBoxes } from '../challenge/page/page-list-boxes.ts';
import { pageNames } from '../challenge/page/page-names.ts';
import { labels } from '../language/form/index.ts';
import { sleep } from '../core/abortable.ts';
import { evaluateIn } from '../core/page-script.ts';
import { locatorAt } from '../core/placed-elements.ts';
import { QUERY_TIMEOUT, click } from '../sign-in/click.ts';
import { fittingOption } from './fitting-option.ts';
import { type OptionListTask, type OptionListView, type ShownOption, readOptionList } from './page-option-list.ts';

/** Time for a list to open, to close, and to show what was searched for, in milliseconds. */
const LIST_TIMEOUT = 2000;
/** Time after which a list that does not open on a press is opened by the keyboard, in milliseconds. */
const PRESS_TIMEOUT = 700;
/** Time for a search to find an option, in milliseconds. */
const SEARCH_TIMEOUT = 1200;
/** Time for a list to draw the options at another place, in milliseconds. */
const MOVE_TIMEOUT = 300;
const POLL_INTERVAL = 40;
/** Maximum number of times that a list is moved. A virtual list shows about ten options at a time. */
const MAX_MOVES = 120;
/** Maximum number of times that an option is pressed while the page draws it again. */
const MAX_PRESSES = 4;
/** Maximum number of names to search for. */
const MAX_SEARCHES = 3;

/** The list of a scripted list box: a button or an input whose options exist only while it is open. */
export class OptionList {
  readonly #frame: Frame;
  #path: string;
  #known: readonly string[] = [];

  /** @param path selector of the list box in the frame */
  constructor(frame: Frame, path: string) {
    this.#frame = frame;
    this.#path = path;
  }

  /**
   * Opens the list, chooses the option that fits best, else the first one, and closes the list.
   *
   * @param wanted names of the option, the preferred one first
   * @returns false if the list did not open, or has no option to choose
   */
  async choose(wanted: readonly string[]): Promise<boolean> {
    const closed = await this.#read();
    // An open list of another box is not this one.
    this.#known = closed.isOpen ? [] : closed.options.map(({ path }) => path);
    if (!(await this.#open(closed))) return false;
    const option = (await this.#find(wanted)) ?? (await this.#first());
    const isPressed = option !== undefined && (await this.#press(option));
    return (await this.#close()) && isPressed;
  }

  async #open({ pressed, isOpen, options }: OptionListView): Promise<boolean> {
    if (isOpen && options.length > 0) return true;
    const isFilled = ({ options: now }: OptionListView): boolean => now.length > 0;
    // A label or a native field may be drawn over the box. The keyboard opens it, too.
    const box = this.#at(pressed);
    const isPressed = await box.click({ timeout: PRESS_TIMEOUT, noWaitAfter: true }).then(
      () => true,
      () => false,
    );
    if (isPressed && (await this.#until((view) => view.isOpen, PRESS_TIMEOUT)))
      return await this.#until(isFilled, LIST_TIMEOUT);
    await this.#at(this.#path)
      .press('ArrowDown', { timeout: QUERY_TIMEOUT })
      .catch(() => undefined);
    if (await this.#until((view) => view.isOpen, PRESS_TIMEOUT)) return await this.#until(isFilled, LIST_TIMEOUT);
    await click(this.#at(this.#path));
    return await this.#until(isFilled, LIST_TIMEOUT);
  }

  /** Finds an option among those that are shown, then by typing its name, then by moving the list. */
  async #find(wanted: readonly string[]): Promise<ShownOption | undefined> {
    const view = await this.#read();
    const shown = pick(view, wanted, 'exact');
    if (shown || wanted.length === 0) return shown;
    const searched = view.search === undefined ? undefined : await this.#search(view.search, wanted);
    if (searched) return searched;
    let similar: ShownOption | undefined;
    const exact = await this.#walk((now) => {
      similar ??= pick(now, wanted, 'similar');
      return pick(now, wanted, 'exact');
    });
    const text = similar?.names[0];
    return exact ?? (text === undefined ? undefined : await this.#walk((now) => pick(now, [text], 'exact')));
  }

  async #search(field: string, wanted: readonly string[]): Promise<ShownOption | undefined> {
    for (const name of wanted.slice(0, MAX_SEARCHES)) {
      await this.#at(field).fill(name, { timeout: LIST_TIMEOUT });
      let found: ShownOption | undefined;
      // The list may still show all, or what another search has found.
      await this.#until((view) => (found = pick(view, wanted, 'exact')) !== undefined, SEARCH_TIMEOUT);
      found ??= pick(await this.#read(), [name], 'similar');
      if (found) return found;
    }
    await this.#at(field).fill('', { timeout: LIST_TIMEOUT });
    await this.#until(({ options }) => options.length > 0, LIST_TIMEOUT);
    return undefined;
  }

  /** Moves through a list that has only the options in view. @param find returns the option to stop at */
  async #walk(find: (view: OptionListView) => ShownOption | undefined): Promise<ShownOption | undefined> {
    let view = await this.#read();
    const start = await this.#read({ scroll: 'start' });
    if (start.options.length > 0) view = start;
    for (let move = 0; move < MAX_MOVES; move++) {
      const found = find(view);
      if (found) return found;
      if (!view.hasMore) return undefined;
      const texts = textsOf(view);
      await this.#read({ scroll: 'further' });
      // A list that stays the same has all its options in the page.
      if (!(await this.#until((now) => textsOf(now) !== texts, MOVE_TIMEOUT))) return undefined;
      view = await this.#read();
    }
    return undefined;
  }

  /** Presses an option. A list may draw its options again when it is moved, so the option is looked up by its text. */
  async #press({ path, names }: ShownOption): Promise<boolean> {
    let view = await this.#read({ show: path });
    for (let attempt = 0; attempt < MAX_PRESSES; attempt++) {
      view = await this.#read();
      const option = view.options.find((one) => one.names[0] === names[0]);
      if (!option) return false;
      const isPressed = await this.#at(option.path)
        .click({ timeout: PRESS_TIMEOUT, noWaitAfter: true })
        .then(() => true)
        .catch(() => false);
      if (isPressed) return true;
    }
    const last = view.options.find((one) => one.names[0] === names[0]);
    if (last) await click(this.#at(last.path));
    return last !== undefined;
  }

  async #first(): Promise<ShownOption | undefined> {
    const { options } = await this.#read({ scroll: 'start' });
    return options.find(({ names }) => !labels(names[0] ?? '', 'choose'));
  }

  async #close(): Promise<boolean> {
    const isClosed = ({ isOpen }: OptionListView): boolean => !isOpen;
    if (await this.#until(isClosed, LIST_TIMEOUT)) return true;
    // A list for several choices stays open.
    await this.#frame.page().keyboard.press('Escape');
    return await this.#until(isClosed, LIST_TIMEOUT);
  }

  async #read(task: Omit<OptionListTask, 'path' | 'known'> = {}): Promise<OptionListView> {
    const value: OptionListTask = { ...task, path: this.#path, known: this.#known };
    const view = await evaluateIn<OptionListView>(
      this.#frame,
      `((names, geometry) => (${readOptionList.toString()})(${JSON.stringify(value)}, geometry, (${pageListBoxes.toString()})(names)))((${pageNames.toString()})(), (${pageGeometry.toString()})())`,
    );
    this.#path = view.path ?? this.#path;
    return view;
  }

  async #until(test: (view: OptionListView) => boolean, timeout: number): Promise<boolean> {
    const endsAt = performance.now() + timeout;
    for (;;) {
      if (test(await this.#read())) return true;
      if (performance.now() > endsAt) return false;
      await sleep(POLL_INTERVAL);
    }
  }

  #at(path: string): Locator {
    return locatorAt(this.#frame, path);
  }
}

/** Returns the option that fits best. An exact one has a wanted name, and a similar one contains it. */
function pick(
  { options }: OptionListView,
  wanted: readonly string[],
  which: 'exact' | 'similar',
): ShownOption | undefined {
  const found = fittingOption(
    options.map(({ names }) => names),
    wanted,
  );
  return found && (which === 'similar' || found.isExact) ? options[found.index] : undefined;
}

function textsOf({ options }: OptionListView): string {
  return options.map(({ names }) => names[0]).join('\n');
}
