/** The part of an element's style that decides which words a person sees, and what stands beside what. */
export interface ElementStyle {
  /** True if neither the element nor anything in it is visible. */
  readonly isHidden?: boolean;
  /** `none` for a font of size 0. The elements within it may have a font of another size. */
  readonly font?: 'none' | 'some' | undefined;
  /** `beside`: in a row with its neighbors; `row`: its children are in a row; `beside-row`: both. */
  readonly layout?: 'block' | 'inline' | 'beside' | 'row' | 'beside-row' | undefined;
  /** True if line breaks of the source count. */
  readonly keepsLines?: boolean;
}

const NOTHING: ElementStyle = {};
const SOME_FONT: ElementStyle = { font: 'some' };
const ZERO = /^[+-]?0*(?:\.0*)?(?:px|pt|em|rem|%|ex|vh|vw)?$/;

/** Names and values besides those of fonts that are read. */
const RELEVANT = /display|float|visib|opac|max-|overf|line-through|-\d{3}|clip|white-sp/i;
const FONT_SIZE = /(?:^|[;\s])font-size\s*:\s*([\d.]+)(?:px|pt|rem)?\s*(?:;|!|$)/i;

/** Reads declarations such as `display:none; color:red`. */
export function readStyle(css: string): ElementStyle {
  // Most styles set no more than a font.
  if (!RELEVANT.test(css)) {
    if (!/font/i.test(css)) return NOTHING;
    const size = FONT_SIZE.exec(css)?.[1];
    if (size !== undefined && !ZERO.test(size)) return SOME_FONT;
  }
  const values = new Map<string, string>();
  for (const declaration of css.toLowerCase().split(';')) {
    const colon = declaration.indexOf(':');
    if (colon < 0) continue;
    const name = declaration.slice(0, colon).trim();
    if (READ.has(name)) values.set(name, valueOf(declaration.slice(colon + 1)));
  }
  if (values.size === 0) return NOTHING;
  const keepsLines = (values.get('white-space') ?? '').startsWith('pre');
  return { isHidden: isHidden(values), font: fontOf(values), layout: layoutOf(values), keepsLines };
}

const READ: ReadonlySet<string> = new Set(
  'display visibility opacity font-size font max-height max-width height width overflow float flex-direction flex-flow grid-template-columns grid-auto-flow text-decoration text-decoration-line text-indent left top clip white-space'.split(
    ' ',
  ),
);

function valueOf(written: string): string {
  const value = written.trim();
  return value.endsWith('!important') ? value.slice(0, -'!important'.length).trimEnd() : value;
}

type Values = ReadonlyMap<string, string>;

/** `mso-hide` is not read: it hides an element in Outlook only. */
function isHidden(values: Values): boolean {
  const isZero = (name: string): boolean => ZERO.test(values.get(name) || 'auto');
  return (
    values.get('display') === 'none' ||
    /^(?:hidden|collapse)/.test(values.get('visibility') ?? '') ||
    isZero('opacity') ||
    isZero('max-height') ||
    isZero('max-width') ||
    (/^hidden|^clip/.test(values.get('overflow') ?? '') && (isZero('height') || isZero('width'))) ||
    ['text-indent', 'left', 'top'].some((name) => /^-\d{3,}/.test(values.get(name) ?? '')) ||
    /^rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?/.test(values.get('clip') ?? '') ||
    // What is struck out no longer holds.
    /line-through/.test(values.get('text-decoration') ?? values.get('text-decoration-line') ?? '')
  );
}

function fontOf(values: Values): ElementStyle['font'] {
  const size = values.get('font-size');
  if (size !== undefined && ZERO.test(size)) return 'none';
  // A share of a font of size 0 is 0.
  if (size !== undefined) return /^[\d.]+(?:em|%)$|^(?:inherit|smaller|larger)$/.test(size) ? undefined : 'some';
  const font = values.get('font');
  if (font === undefined) return undefined;
  return /(?:^|\s)0(?:px|pt)?(?:\s*\/|\s)/.test(font) ? 'none' : /\d(?:px|pt|rem)\b/.test(font) ? 'some' : undefined;
}

function layoutOf(values: Values): ElementStyle['layout'] {
  const display = (values.get('display') ?? '').replace(/^-\w+-/, '');
  const isFlex = /^(?:inline-)?(?:flex|box)/.test(display);
  const isColumn = /column/.test(values.get('flex-direction') ?? values.get('flex-flow') ?? '');
  const isGrid = /^(?:inline-)?grid$/.test(display);
  const hasColumns = /\s/.test(values.get('grid-template-columns') ?? '') || values.get('grid-auto-flow') === 'column';
  const isRow = (isFlex && !isColumn) || (isGrid && hasColumns);
  const isBeside =
    /^(?:left|right|inline-)/.test(values.get('float') ?? '') || /^(?:inline-|table-cell$)/.test(display);
  if (isBeside) return isRow ? 'beside-row' : 'beside';
  if (isRow) return 'row';
  if (display === 'inline' || display === 'contents') return 'inline';
  return /^(?:block|flow-root|list-item|table|table-row|flex|box|grid)$/.test(display) ? 'block' : undefined;
}
