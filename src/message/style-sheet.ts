import { type ElementStyle, readStyle } from './element-style.ts';

/** Limit of the CSS of a message, in characters. */
const MAX_CSS = 128 * 1024;

/**
 * The styles of a message: those of its `<style>` elements, by class and id, and those of its elements.
 *
 * Rules for some screens only (`@media`) are not read, and neither are selectors of a state or of an attribute.
 */
export class StyleSheet {
  readonly #rules = new Map<string, ElementStyle>();
  readonly #read = new Map<string, ElementStyle>();
  #size = 0;

  /** Adds the content of a `<style>` element. */
  add(css: string): void {
    this.#size += css.length;
    if (this.#size > MAX_CSS || !RELEVANT.test(css)) return;
    for (const { selectors, declarations } of topRules(css)) {
      const style = this.#styleOf(declarations);
      for (const selector of selectors.split(',')) this.#addRule(selector.trim(), style);
    }
  }

  /** Returns the style of an element. Its own declarations override those of its classes. */
  of({ style, class: classes, id }: Readonly<Record<string, string>>): ElementStyle {
    const own = style ? this.#styleOf(style) : NOTHING;
    if (this.#rules.size === 0 || (!classes && !id)) return own;
    let merged: ElementStyle | undefined;
    for (const name of (classes ?? '').split(/\s+/, 16)) {
      const rule = this.#rules.get(`.${name}`);
      if (rule) merged = merge(merged, rule);
    }
    const ofId = id ? this.#rules.get(`#${id}`) : undefined;
    if (ofId) merged = merge(merged, ofId);
    return merged ? merge(merged, own) : own;
  }

  #styleOf(css: string): ElementStyle {
    const known = this.#read.get(css);
    if (known) return known;
    const style = readStyle(css);
    if (css.length <= 1000 && this.#read.size < 1000) this.#read.set(css, style);
    return style;
  }

  #addRule(selector: string, style: ElementStyle): void {
    const [, parents = '', key] = /^((?:[\w.#-]+[\s>]+){0,6})[a-z\d]*([.#][\w-]+)$/i.exec(selector) ?? [];
    if (!key) return;
    // A rule for a part of the page does not hide the same class elsewhere.
    const known = this.#rules.get(key);
    this.#rules.set(key, merge(known, parents ? { ...style, isHidden: false } : style));
  }
}

const NOTHING: ElementStyle = {};
const RELEVANT = /display|float|font|visibility|opacity|line-through|max-|overflow|white-space/i;

function merge(base: ElementStyle | undefined, over: ElementStyle): ElementStyle {
  if (!base) return over;
  // A display of its own shows again what the display of a class hides.
  const isShown = over.layout !== undefined && !over.isHidden;
  return {
    isHidden: over.isHidden === true || (base.isHidden === true && !isShown),
    font: over.font ?? base.font,
    layout: over.layout ?? base.layout,
    keepsLines: over.keepsLines === true || base.keepsLines === true,
  };
}

/** Yields the rules outside of at-rules. */
function* topRules(css: string): Generator<{ readonly selectors: string; readonly declarations: string }> {
  const text = css.replace(/\/\*[^*]*\*+(?:[^/*][^*]*\*+)*\/|<!--|-->/g, ' ');
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('{', at);
    if (open < 0) return;
    const selectors = text.slice(text.lastIndexOf(';', open) < at ? at : text.lastIndexOf(';', open) + 1, open).trim();
    if (selectors.startsWith('@')) {
      at = endOfBlock(text, open);
      continue;
    }
    const close = text.indexOf('}', open);
    if (close < 0) return;
    yield { selectors: selectors.slice(-500), declarations: text.slice(open + 1, close) };
    at = close + 1;
  }
}

function endOfBlock(text: string, open: number): number {
  let depth = 0;
  const brace = /[{}]/g;
  brace.lastIndex = open;
  for (let match = brace.exec(text); match; match = brace.exec(text)) {
    depth += match[0] === '{' ? 1 : -1;
    if (depth === 0) return match.index + 1;
  }
  return text.length;
}
