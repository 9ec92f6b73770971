import type { PageSnapshot } from './page-snapshot.ts';
import type { PictureView } from './page/view.ts';
import { says } from '../language/page/index.ts';

const VENDOR =
  /recaptcha|hcaptcha|challenges\.cloudflare|turnstile|arkoselabs|funcaptcha|geetest|datadome|perimeterx|captcha/i;
/** The frame that holds the puzzle, as opposed to the checkbox. */
const PUZZLE = /bframe|frame=challenge|arkoselabs|funcaptcha|geetest/i;
const INVISIBLE = /size=invisible/i;
const PROTECTED = /protected by|privacy|geschützt|protegid|protégé|protetto|beschermd/i;

/** Finds a captcha that a person must solve. A `puzzle` blocks the page; a `box` is part of the form. */
export function findCaptcha(snapshot: PageSnapshot): 'puzzle' | 'box' | undefined {
  const frames = snapshot.all
    .filter((item): item is PictureView => item.is === 'frame')
    .filter(
      ({ text, visible, width, height }) =>
        VENDOR.test(text) && visible && width >= 100 && height >= 40 && !INVISIBLE.test(text),
    );
  if (frames.some(({ text, height }) => PUZZLE.test(text) && height > 100)) return 'puzzle';
  if (frames.length > 0) return 'box';
  const mentionsCaptcha = (text: string): boolean => says(text, 'captcha') && !PROTECTED.test(text);
  const texts = [
    snapshot.title,
    ...snapshot.texts.map(({ text }) => text),
    ...snapshot.controls.filter(({ is }) => is !== 'link').map(({ label }) => label),
  ];
  return texts.some((text) => text.length < 200 && mentionsCaptcha(text)) ? 'box' : undefined;
}
