import type { PageSnapshot } from './page-snapshot.ts';
import type { SeenPicture } from './page/view.ts';
import { says } from '../language/page/index.ts';

const VENDOR =
  /recaptcha|hcaptcha|challenges\.cloudflare|turnstile|arkoselabs|funcaptcha|geetest|datadome|perimeterx|captcha/i;
/** The frame with the pictures, as opposed to the box that is ticked. */
const PUZZLE = /bframe|frame=challenge|arkoselabs|funcaptcha|geetest/i;
const INVISIBLE = /size=invisible/i;
const PROTECTED = /protected by|privacy|geschützt|protegid|protégé|protetto|beschermd/i;

/** A captcha that a person has to solve: `puzzle` before anything else, `box` along with the form. */
export function findCaptcha(scene: PageSnapshot): 'puzzle' | 'box' | undefined {
  const frames = scene.all
    .filter((item): item is SeenPicture => item.is === 'frame')
    .filter(
      ({ text, visible, width, height }) =>
        VENDOR.test(text) && visible && width >= 100 && height >= 40 && !INVISIBLE.test(text),
    );
  if (frames.some(({ text, height }) => PUZZLE.test(text) && height > 100)) return 'puzzle';
  if (frames.length > 0) return 'box';
  const isSaid = (text: string): boolean => says(text, 'captcha') && !PROTECTED.test(text);
  const said = [
    scene.title,
    ...scene.texts.map(({ text }) => text),
    ...scene.controls.filter(({ is }) => is !== 'link').map(({ label }) => label),
  ];
  return said.some((text) => text.length < 200 && isSaid(text)) ? 'box' : undefined;
}
