import type { Frame, Page } from '@playwright/test';
import { callIn } from '../../core/page-script.ts';

/** Seeds of authenticators that a page shows as text. */
export interface PageSeeds {
  /** `otpauth:` URIs, of texts, links and other attributes. */
  readonly uris: readonly string[];
  /** Texts that may be a seed in Base32. */
  readonly texts: readonly string[];
  /** Blocks of characters that may draw a QR code. */
  readonly drawings: readonly string[];
}

/** Reads the seeds that the frames of a page show, the values of read-only fields included. */
export async function readPageSeeds(page: Page): Promise<PageSeeds> {
  const found = await Promise.all(page.frames().map((frame) => readFrameSeeds(frame)));
  return {
    uris: [...new Set(found.flatMap(({ uris }) => uris))],
    texts: [...new Set(found.flatMap(({ texts }) => texts))],
    drawings: found.flatMap(({ drawings }) => drawings),
  };
}

async function readFrameSeeds(frame: Frame): Promise<PageSeeds> {
  const none: PageSeeds = { uris: [], texts: [], drawings: [] };
  return await callIn(frame, seedsInPage, null).catch(() => none);
}

/** Runs in the page. */
function seedsInPage(): PageSeeds {
  const MAX_ELEMENTS = 8000;
  const MAX_TEXT = 120;
  const uris: string[] = [];
  const texts: string[] = [];
  const drawings: string[] = [];
  const isShown = (element: Element): boolean => {
    if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
    const { width, height } = element.getBoundingClientRect();
    return width > 2 && height > 2;
  };
  const addUri = (text: string): void => {
    const uri = /(?:otpauth|steam):\/\/[^\s"'<>]+/i.exec(text)?.[0];
    if (uri !== undefined) uris.push(uri);
  };
  const addText = (text: string): void => {
    const whole = text.replaceAll(/\s+/g, ' ').trim();
    if (whole.length > MAX_TEXT) return;
    for (const [, seed = ''] of whole.matchAll(
      /(?:^|[\s:："'(])([A-Z2-7]{2,8}(?:[ -]?[A-Z2-7]{2,8}){1,24}=*)(?=$|[\s"').,])/gi,
    )) {
      const plain = seed.replaceAll(/[ =-]/g, '');
      const isUpper = plain === plain.toUpperCase();
      const isLower = plain === plain.toLowerCase();
      // Words of a language have no digits, and a text in mixed case is none of Base32.
      const isRandom = /[2-7]/.test(plain) || (isUpper && plain.length >= 26 && !seed.includes(' '));
      if (plain.length >= 16 && (isUpper || isLower) && isRandom) texts.push(seed);
    }
  };
  let count = 0;
  const visit = (root: Document | ShadowRoot): void => {
    for (const element of root.querySelectorAll('*')) {
      if (++count > MAX_ELEMENTS) return;
      if (element.shadowRoot) visit(element.shadowRoot);
      if (/^(?:SCRIPT|STYLE|TEMPLATE|HEAD|META|LINK)$/.test(element.tagName)) continue;
      const isField = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && (node.nodeValue ?? '').trim() !== '');
      const small = (element.textContent?.length ?? 0) <= MAX_TEXT;
      const isSplit = !own && small && element.childElementCount > 1 && element.childElementCount <= 20;
      const hasUri = [...element.attributes].some(({ value }) => /^\s*(?:otpauth|steam):/i.test(value));
      if (!isField && !own && !isSplit && !hasUri) continue;
      if (!isShown(element)) continue;
      for (const { value } of element.attributes) if (/^\s*(?:otpauth|steam):/i.test(value)) addUri(value.trim());
      if (isField) {
        const isTyped = !element.readOnly && !element.disabled;
        if (element.type === 'hidden' || element.type === 'password') continue;
        addUri(element.value);
        // A person may have typed it.
        if (!isTyped) addText(element.value);
        continue;
      }
      const text = element.textContent ?? '';
      if (/otpauth:|steam:/i.test(text) && text.length < 2000) addUri(text);
      else if (small) addText(text);
      if (element.tagName === 'PRE' && text.length > 200 && /[█▀▄■⬛]/.test(text))
        drawings.push((element as HTMLElement).innerText);
    }
  };
  visit(document);
  return { uris, texts, drawings };
}
