import type { ElementHandle, Locator, Page } from '@playwright/test';
import { race, sleep } from '../core/abortable.ts';
import { TwoFactorError } from '../core/errors.ts';
import { DEFAULT_TIMEOUT } from '../core/runtime.ts';
import { type FillPlace, FillTarget } from './fill-target.ts';
import { IsolatedWorld } from './isolated-world.ts';
import { FocusMoved, Keyboard } from './keyboard.ts';
import { OriginBinding } from './origin-binding.ts';
import { describeOrigin } from './origins.ts';
import { type Secret, secretChannel } from './secret.ts';
import { SentRequests } from './sent-requests.ts';

/** A page that does not answer is given up this long after the timeout, in milliseconds. */
const HANG_MARGIN = 1000;
/** Pause between two looks at a field or a page, in milliseconds. The clock is Node's: that of the page may stand still. */
const POLL_INTERVAL = 25;
/** Time in which a page reacts to a value, in milliseconds. */
const REACTION_TIME = 150;

export interface FillOptions {
  /** Maximum time for the field to appear and to be enabled, in milliseconds. @default 20_000 */
  readonly timeout?: number;
  /**
   * Origins on which the secret may be typed, such as `https://app.example.com` or `https://*.example.com`. @default
   * all
   */
  readonly origins?: readonly string[] | undefined;
}

/** Options for the secrets of a persona, which its own binding decides about. */
export interface BoundFillOptions extends FillOptions {
  readonly binding?: OriginBinding;
}

/**
 * Types a secret into a field, key by key, or into a group of fields with one character each.
 *
 * The browser types in the document of the field, and in no other one: if the page replaces the document before, nothing
 * is typed. On Chromium no function that the page can replace sees the value, but the page can read its own field. The
 * value appears in no step title and in no call log, as it would after `locator.fill()`. The field shows dots, so that
 * screenshots and videos do not show the value. On Chromium, a page that reacts only to keys of the keyboard gets those,
 * if all of its frames may have the value.
 *
 * @param target one field, all fields of the group, or an element around them
 * @throws TwoFactorError `ORIGIN_REFUSED` if the document of the field has an origin that is not listed, or an opaque
 *   one, or if its form is sent to such an origin; `FILL_FAILED` if there is no field, it stays disabled, or the fields do not fit the value
 * @example
 * const password = new Secret('alice/password', process.env.ALICE_PASSWORD!);
 * await fillSecret(page.getByLabel('Password'), password, { origins: ['https://app.example.com'] });
 *
 * @example
 * // Six fields with one digit each:
 * await fillSecret(page.getByRole('group', { name: 'Code' }), new Secret('alice/pin', '482913'));
 */
export async function fillSecret(
  target: Locator | ElementHandle,
  secret: Secret,
  options: BoundFillOptions = {},
): Promise<void> {
  const { timeout = DEFAULT_TIMEOUT, origins } = options;
  const binding = options.binding ?? (origins && OriginBinding.to(origins));
  // The secret may be older than the subscribers.
  secretChannel.publish(secret);
  const deadline = performance.now() + timeout;
  const field = new FillTarget(target);
  /** Other origins that the form of the field may be sent to. */
  const targets = new Set<string>();
  const requests = new SentRequests();
  let failure: unknown;
  let isDisabled = false;
  try {
    // Most fields are visible in the main frame at once. Otherwise waits for the field, and looks in its own frame.
    let isTyped = await unlessNavigated(field.inMainFrame().then(type));
    while (!isTyped) {
      if (performance.now() > deadline) throw timedOut();
      if (isDisabled) await sleep(POLL_INTERVAL);
      await field.waitUntilVisible(left()).catch((error: unknown) => {
        if (field.isClosed()) throw error;
        throw isDisabled ? timedOut() : fillFailed(`the field did not appear within ${timeout} ms.`, error);
      });
      isTyped = await unlessNavigated(field.inOwnFrame().then(type));
    }
  } finally {
    requests.close();
  }

  /** Judges the document, and types in it. Returns false if the fields are not there, or not enabled yet. */
  async function type(place: FillPlace | undefined): Promise<boolean> {
    if (!place) return false;
    const { world, mark, page, isMainFrame, isSure } = place;
    const { origin } = world;
    if (binding && !(await binding.allows({ page, origin, isMainFrame }))) {
      if (isSure) throw await originRefused(binding, page, origin, 'the origin of the field is');
      return false;
    }
    requests.watch(page);
    const request = {
      value: secret.reveal(),
      mark,
      mustBeVisible: !isSure,
      typed: 0,
      targets: binding && [...targets],
    };
    const result = await world.type(request);
    isDisabled = result === 'disabled';
    if (typeof result === 'object') {
      if ('problem' in result) throw fillFailed(result.problem);
      if (binding && !(await binding.allows({ page, origin: result.target, isMainFrame: false })))
        throw await originRefused(binding, page, result.target, 'its form is sent to');
      targets.add(result.target);
      return false;
    }
    if (world instanceof IsolatedWorld && (result === 'lost' || result === 'unsent')) {
      if (!(await hasReacted(world))) await typeByKeyboard(page, world);
      else if (result === 'lost') await world.typeRest(request);
      // The page may be gone.
      await world.forgetTyping().catch(() => undefined);
      return true;
    }
    return result === 'typed';
  }

  /** Returns true if the page reacts to what was typed, a moment later at most. */
  async function hasReacted(world: IsolatedWorld): Promise<boolean> {
    const endsAt = performance.now() + REACTION_TIME;
    while (requests.count === 0 && !(await world.hasReacted())) {
      if (performance.now() > endsAt) return false;
      await sleep(POLL_INTERVAL);
    }
    return true;
  }

  /** Types with real keys, which go to the frame with the focus. So each frame of the page must be an allowed one. */
  async function typeByKeyboard(page: Page, world: IsolatedWorld): Promise<void> {
    let checked = '';
    const check = async (): Promise<void> => {
      // The documents of other frames may be opaque, such as those of `data:` and `srcdoc`, which no binding allows.
      const frames = page.frames().filter((frame) => !['', 'about:blank'].includes(frame.url()));
      const urls = frames.map((frame) => frame.url()).join(' ');
      if (!binding || urls === checked) return;
      for (const frame of frames) {
        const { origin } = new URL(frame.url());
        const isMainFrame = frame === page.mainFrame();
        if (!(await binding.allows({ page, origin, isMainFrame })))
          throw await originRefused(
            binding,
            page,
            origin,
            'the page accepts only keys of the keyboard, and has a frame of',
          );
      }
      checked = urls;
    };
    await new Keyboard(page, world, check).type().catch((error: unknown) => {
      if (!(error instanceof FocusMoved)) throw error;
      const text = `Did not fill ${String(secret)} into ${String(field)}: the page accepts only keys of the keyboard, and moved the focus to another document while they were typed.`;
      throw new TwoFactorError('ORIGIN_REFUSED', text);
    });
  }

  /**
   * Returns false if the page navigated during the call, so that the caller tries the next page. The old page did not get
   * the value: a page cannot navigate in the middle of the typing.
   */
  async function unlessNavigated(attempt: Promise<boolean>): Promise<boolean> {
    const hanging = AbortSignal.timeout(left() + HANG_MARGIN);
    return await race(attempt, hanging).catch((error: unknown) => {
      if (hanging.aborted) throw fillFailed(`the page did not answer within ${timeout} ms.`);
      if (error instanceof TwoFactorError || field.isClosed()) throw error;
      failure = error;
      return false;
    });
  }

  function left(): number {
    return Math.max(1, Math.ceil(deadline - performance.now()));
  }

  async function originRefused(
    bound: OriginBinding,
    page: Page,
    origin: string,
    what = 'the origin of the field is',
  ): Promise<TwoFactorError> {
    const text = `Did not fill ${String(secret)} into ${String(field)}: ${what} ${describeOrigin(origin)}, and the secret ${await bound.describe(page)}.${await bound.advise(page, origin)}`;
    return new TwoFactorError('ORIGIN_REFUSED', text);
  }

  function timedOut(): TwoFactorError {
    if (isDisabled) return fillFailed(`the field stayed disabled or read-only for ${timeout} ms.`);
    const problem = failure === undefined ? 'the field did not appear within' : 'its document kept changing for';
    return fillFailed(`${problem} ${timeout} ms.`, failure);
  }

  function fillFailed(problem: string, cause?: unknown): TwoFactorError {
    const text = `Could not fill ${String(secret)} into ${String(field)}: ${problem}`;
    return new TwoFactorError('FILL_FAILED', text, { cause });
  }
}
