import { randomUUID } from 'node:crypto';
import type { Locator } from '@playwright/test';
import { TwoFactorError } from '../core/errors.ts';
import { DEFAULT_TIMEOUT } from '../core/runtime.ts';
import { MARK_ENGINE } from './mark-engine.ts';
import { allowsOrigin, describeOrigins } from './origins.ts';
import { type Secret, secretChannel } from './secret.ts';
import { type TypingRequest, type TypingResult, typeInPage } from './typing.ts';

export interface FillOptions {
  /** Maximum time for the field to appear and to be enabled, in milliseconds. @default 20_000 */
  readonly timeout?: number;
  /**
   * Origins on which the secret may be typed, such as `https://app.example.com` or `https://*.example.com`. @default
   * all
   */
  readonly origins?: readonly string[] | undefined;
}

/**
 * Types a secret into a field, key by key, or into a group of fields with one character each.
 *
 * The typing runs inside the page, so that the value appears in no step title and in no call log, as it would after
 * `locator.fill()`. The field shows dots, so that screenshots and videos do not show the value.
 *
 * @param locator one field, all fields of the group, or an element around them
 * @throws TwoFactorError `ORIGIN_REFUSED` if the frame of the field has an origin that is not listed; `FILL_FAILED` if
 *   there is no field, it stays disabled, or the fields do not fit the value
 * @example
 * const password = new Secret('alice/password', process.env.ALICE_PASSWORD!);
 * await fillSecret(page.getByLabel('Password'), password, { origins: ['https://app.example.com'] });
 *
 * @example
 * // Six fields with one digit each:
 * await fillSecret(page.getByRole('group', { name: 'Code' }), new Secret('alice/pin', '482913'));
 */
export async function fillSecret(locator: Locator, secret: Secret, options: FillOptions = {}): Promise<void> {
  const { timeout = DEFAULT_TIMEOUT, origins } = options;
  // The secret may be older than the subscribers.
  secretChannel.publish(secret);
  const deadline = Date.now() + timeout;
  const request = { value: secret.reveal(), timeout, mark: randomUUID(), origins };
  let result = await unlessNavigated(typeInMainFrame({ ...request, mustBeVisible: true }));
  while (result === undefined || result === 'absent') {
    const left = Math.max(1, deadline - Date.now());
    await waitUntilVisible(left);
    // Checked before the value is sent, and again by the script that types it: the frame may navigate in between.
    const origin = await unlessNavigated(locator.first().evaluate(() => window.origin, undefined, { timeout: left }));
    if (origin === undefined) continue;
    if (origins && !allowsOrigin(origins, origin)) throw originRefused(origins, origin);
    result = await unlessNavigated(
      locator.evaluateAll(typeInPage, { ...request, origins: origins && [origin], mustBeVisible: false }),
    );
  }
  if (result !== 'typed') throw fillFailed(result.problem);

  /**
   * Types at once if the field is visible in the main frame, as most are. The selector engine marks the field, and the
   * script finds it by its mark. This saves the time in which Playwright would inject its own script to pass elements.
   */
  async function typeInMainFrame(marked: TypingRequest): Promise<TypingResult> {
    const main = locator.page().mainFrame();
    const { origin } = new URL(main.url());
    if (origins && !allowsOrigin(origins, origin)) return 'absent';
    await locator.locator(`${MARK_ENGINE}=${marked.mark}`).count();
    return await main.evaluate(typeInPage, { ...marked, origins: origins && [origin] });
  }

  /**
   * Returns `undefined` if the page navigated during the call, so that the caller tries the next page. The old page did
   * not get the value: a page cannot navigate in the middle of the typing.
   */
  async function unlessNavigated<T>(call: Promise<T>): Promise<T | undefined> {
    return call.catch((error: unknown) => {
      if (locator.page().isClosed()) throw error;
      return undefined;
    });
  }

  async function waitUntilVisible(left: number): Promise<void> {
    await locator
      .first()
      .waitFor({ timeout: left })
      .catch((error: unknown) => {
        throw fillFailed(`the field did not appear within ${timeout} ms.`, error);
      });
  }

  function originRefused(allowed: readonly string[], origin: string): TwoFactorError {
    const text = `Did not fill ${String(secret)} into ${String(locator)}: the origin of the field is ${origin}, and the secret ${describeOrigins(allowed)}. If that origin is right, add it to the persona: \`origins: ['${origin}']\`.`;
    return new TwoFactorError('ORIGIN_REFUSED', text);
  }

  function fillFailed(problem: string, cause?: unknown): TwoFactorError {
    const text = `Could not fill ${String(secret)} into ${String(locator)}: ${problem}`;
    return new TwoFactorError('FILL_FAILED', text, { cause });
  }
}
