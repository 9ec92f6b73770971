import type { Frame } from '@playwright/test';
import { DevtoolsSession, hasDevtools } from './devtools-session.ts';

/** A frame, as the developer tools name it. */
interface DevtoolsFrame {
  readonly session: DevtoolsSession;
  readonly id: string;
}

/**
 * Evaluates an expression in the document of a frame.
 *
 * In Chromium it runs in an isolated world. Built-in objects that the page has replaced, and a clock that the test has
 * installed, have no effect there, and the event handlers that a script has assigned are not visible. Other browsers
 * evaluate it in the world of the page.
 *
 * @param expression its value must be JSON, or a promise of it
 */
export async function evaluateIn<T>(frame: Frame, expression: string): Promise<T> {
  const place = await devtoolsFrame(frame);
  return place ? await place.session.evaluate<T>(place.id, expression) : await frame.evaluate<T>(expression);
}

/**
 * Calls a function in the document of a frame, as `evaluateIn()` does.
 *
 * @param call runs in the page, so it cannot use anything from its enclosing scope
 * @param value value to pass, of JSON
 */
export async function callIn<A, T>(frame: Frame, call: (value: A) => T | Promise<T>, value: A): Promise<T> {
  return await evaluateIn<T>(frame, `(${call.toString()})(${JSON.stringify(value)})`);
}

async function devtoolsFrame(frame: Frame): Promise<DevtoolsFrame | undefined> {
  const page = frame.page();
  if (!(await hasDevtools(page))) return undefined;
  const session = await DevtoolsSession.of(page);
  if (frame === page.mainFrame()) return { session, id: (await session.mainFrame()).id };
  const inPage = await session.frames();
  const found = inPage.filter(({ url, name }) => url === frame.url() && name === frame.name());
  if (found.length === 1 && found[0] !== inPage[0]) return { session, id: found[0]!.id };
  // Frames that look the same cannot be told from each other. A frame that is not in the page's list has its own process.
  const own = found.length === 0 ? await DevtoolsSession.of(frame).catch(() => undefined) : undefined;
  return own && { session: own, id: (await own.mainFrame()).id };
}
