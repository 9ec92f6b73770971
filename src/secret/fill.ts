import { randomUUID } from 'node:crypto';
import type { Locator } from '@playwright/test';
import { TwoFactorError } from '../core/errors.ts';
import { allowsOrigin, listed } from './origins.ts';
import { MARK_ENGINE } from './mark-engine.ts';
import { type Secret, secretChannel } from './secret.ts';
import { type Outcome, type Typing, typeInPage } from './typing.ts';

export interface FillOptions {
  /** How long the field may take to show up and to be enabled, in milliseconds. @default 20_000 */
  readonly timeout?: number;
  /** Where the secret may be typed: exact origins, or `https://*.example.com` for subdomains. @default anywhere */
  readonly origins?: readonly string[] | undefined;
}

/**
 * Types a secret into a field, key by key, or into a group of boxes with one character each.
 *
 * It runs inside the page, so that the value stands in no step title and in no call log, as it would after `fill()`.
 * The locator may name one field, all boxes, or an element around them. A field keeps what is typed from screenshots and
 * videos: it shows dots.
 *
 * @throws TwoFactorError `ORIGIN_REFUSED` when the frame of the field is of an origin that is not listed, `FILL_FAILED` when there is no field, it stays disabled, or the boxes do not fit the value.
 */
export async function fillSecret(locator: Locator, secret: Secret, options: FillOptions = {}): Promise<void> {
  const { timeout = 20_000, origins } = options;
  // It may be older than whoever listens.
  secretChannel.publish(secret);
  const until = Date.now() + timeout;
  const typing = { value: secret.reveal(), timeout, mark: randomUUID(), origins };
  let outcome = await unlessLeft(typeAtOnce({ ...typing, hasToShow: true }));
  while (outcome === undefined || outcome === 'absent') {
    const left = Math.max(1, until - Date.now());
    await toShow(left);
    // Asked before the value goes there, and once more by the typing itself: the frame may go elsewhere meanwhile.
    const origin = await unlessLeft(locator.first().evaluate(() => window.origin, undefined, { timeout: left }));
    if (origin === undefined) continue;
    if (origins && !allowsOrigin(origins, origin)) throw refusal(origins, origin);
    outcome = await unlessLeft(
      locator.evaluateAll(typeInPage, { ...typing, origins: origins && [origin], hasToShow: false }),
    );
  }
  if (outcome !== 'typed') throw failure(outcome.problem);

  /**
   * Most fields are there already, in the page itself, and it may have the secret. Then they are marked in the browser
   * and typed into by their mark: to be handed elements, Playwright would first have to set itself up in the page.
   */
  async function typeAtOnce(into: Typing): Promise<Outcome> {
    const main = locator.page().mainFrame();
    const { origin } = new URL(main.url());
    if (origins && !allowsOrigin(origins, origin)) return 'absent';
    await locator.locator(`${MARK_ENGINE}=${into.mark}`).count();
    return await main.evaluate(typeInPage, { ...into, origins: origins && [origin] });
  }

  /** A page that was left did not get the value, as it cannot go while something is typed: the next one is tried. */
  async function unlessLeft<T>(call: Promise<T>): Promise<T | undefined> {
    return call.catch((error: unknown) => {
      if (locator.page().isClosed()) throw error;
      return undefined;
    });
  }

  async function toShow(left: number): Promise<void> {
    await locator
      .first()
      .waitFor({ timeout: left })
      .catch((error: unknown) => {
        throw failure(`it did not show up in ${timeout} ms.`, error);
      });
  }

  function refusal(allowed: readonly string[], seen: string): TwoFactorError {
    const text = `Did not fill ${String(secret)} into ${String(locator)}: the page is of ${seen}, and it ${listed(allowed)}. If that page is right, give the persona \`origins: ['${seen}']\`.`;
    return new TwoFactorError('ORIGIN_REFUSED', text);
  }

  function failure(what: string, cause?: unknown): TwoFactorError {
    return new TwoFactorError('FILL_FAILED', `Could not fill ${String(secret)} into ${String(locator)}: ${what}`, {
      cause,
    });
  }
}
