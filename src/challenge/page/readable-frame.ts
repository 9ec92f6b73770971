import type { Frame, Page } from '@playwright/test';
import { evaluateIn } from '../../core/page-script.ts';
import { READ_PAGE } from './read-page.ts';
import { type FrameView, type PictureView, expandView } from './view.ts';

/** Maximum number of reads of a page that navigates while it is read. */
const MAX_READS = 5;
/** Maximum wait for the next document of a page that navigates while it is read, in milliseconds. */
const DOCUMENT_TIMEOUT = 30_000;
/** Smaller frames are ignored, in CSS pixels. */
const MIN_FRAME = { width: 100, height: 30 };
const CAPTCHA_FRAME = /recaptcha|hcaptcha|challenges\.cloudflare|arkoselabs|funcaptcha/i;

/** A frame with its visible content. */
export interface ReadableFrame {
  readonly frame: Frame;
  readonly view: FrameView;
}

/** Reads the frames of a page that a person can see, the main frame first. */
export async function readFrames(page: Page): Promise<ReadableFrame[]> {
  const main = page.mainFrame();
  const others = page.frames().filter((frame) => frame !== main && !CAPTCHA_FRAME.test(frame.url()));
  const [first, ...inner] = await Promise.all([readMain(page), ...others.map((frame) => read(frame))]);
  const visibleFrames = inner.flatMap((view, index) => {
    const frame = others[index]!;
    if (!view) return [];
    // The size of the iframe element is more reliable than the size that the frame itself reports early on.
    const element = first.items.find(
      (item): item is PictureView => item.is === 'frame' && isElementOfFrame(item, frame),
    );
    const { width, height } = element ?? view;
    const isShown = width >= MIN_FRAME.width && height >= MIN_FRAME.height && (element?.visible ?? true);
    return isShown ? [{ frame, view }] : [];
  });
  return [{ frame: main, view: first }, ...visibleFrames];
}

function isElementOfFrame({ text, name }: PictureView, frame: Frame): boolean {
  return text !== '' ? text === frame.url() : name !== '' && name === frame.name();
}

async function readMain(page: Page): Promise<FrameView> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await readFrame(page.mainFrame());
    } catch (error) {
      if (attempt === MAX_READS || page.isClosed()) throw error;
      await page.waitForLoadState('domcontentloaded', { timeout: DOCUMENT_TIMEOUT });
      // A locator waits for the next document, which `evaluate` does not. It takes a while in a new document.
      if (attempt > 1) await page.locator(':root').waitFor({ state: 'attached', timeout: DOCUMENT_TIMEOUT });
    }
  }
}

async function readFrame(frame: Frame): Promise<FrameView> {
  return expandView(JSON.parse(await evaluateIn<string>(frame, READ_PAGE)) as FrameView);
}

/** Reads a frame, with one retry if it navigates. Returns undefined if the frame is gone. */
async function read(frame: Frame): Promise<FrameView | undefined> {
  return readFrame(frame)
    .catch(() => readFrame(frame))
    .catch(() => undefined);
}
