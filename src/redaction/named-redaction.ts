import { parseJson } from './json.ts';
import type { SecretSet } from './secret-set.ts';
import type { SensitiveNames } from './sensitive-names.ts';

type Members = Record<string, unknown>;

/** Minimum length of a stored value. A shorter value is a setting, not a token. */
const MIN_STORED = 16;
/** Minimum number of one-character boxes in a row that make up a code. */
const MIN_BOXES = 4;
const MAX_NESTED = 1_000_000;
const SHOWN_VALUE = '__playwright_value_';

/** Parts of the pattern for a header line. Playwright colors each line of a call log. */
const ANSI_CODE = '\\u001b\\[[\\d;]*m';
const GAP = '[^\\S\\r\\n]';
const END = `(?:${ANSI_CODE}){0,3}\\r?$`;
const ONLY_MASK = `["']?\\[secret [^\\]\\r\\n]*\\]["',;]*${END}`;
const QUOTED = `(["'])(?:\\\\.|(?!\\4)[^\\\\\\r\\n]){4,}\\4`;
const UNQUOTED = `[^\\r\\n]{4,}?(?=${END})`;

/** Masks values by their names: headers, cookies, tokens, password fields. */
export class NamedRedaction {
  readonly #names: SensitiveNames;
  readonly #headerLine: RegExp;
  readonly #parameter: RegExp;

  constructor(names: SensitiveNames) {
    this.#names = names;
    const any = (words: Iterable<string>): string =>
      [...words].map((word) => word.replace(/[^\w-]/g, '\\$&')).join('|');
    this.#headerLine = new RegExp(
      `^((?:${ANSI_CODE}|${GAP}|[-<>*←→])*["']?)(${any(names.headers)})(["']?: )(?!${ONLY_MASK})(?:${QUOTED}|${UNQUOTED})`,
      'gim',
    );
    this.#parameter = new RegExp(
      `(?<=[?&#;]|^)(${any(names.members)})=(?!\\[secret |%5Bsecret)[^&#\\s"'<>\\\\]+`,
      'gim',
    );
  }

  /** Masks header lines of logs, parameters of URLs and forms, and boxes of an accessibility snapshot. */
  text(text: string): string {
    let clean = text;
    if (clean.includes(': '))
      clean = clean.replace(
        this.#headerLine,
        (_, start: string, name: string, gap: string, quote = '') =>
          `${start}${name}${gap}${quote}${masked(name)}${quote}`,
      );
    if (clean.includes('=')) clean = clean.replace(this.#parameter, (_, name: string) => `${name}=${masked(name)}`);
    return clean.includes('- textbox') ? maskBoxes(clean) : clean;
  }

  /** Masks values in parsed JSON. Modifies and returns `value`. */
  json(value: unknown, known: SecretSet): unknown {
    const boxes: Members[] = [];
    this.#walk(value, undefined, boxes);
    hideBoxes(boxes, known);
    return value;
  }

  #walk(value: unknown, key: string | undefined, boxes: Members[]): void {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const one of value) {
        if (isPair(one)) this.#pair(one, key);
        this.#walk(one, key, boxes);
      }
      return;
    }
    const members = value as Members;
    if (SHOWN_VALUE in members) hideField(members, boxes);
    for (const [name, inner] of Object.entries(members)) {
      if (typeof inner === 'string') members[name] = this.#member(name, inner, key);
      else if (this.#names.members.has(name.toLowerCase())) members[name] = hideAll(inner, name);
      else if (name === 'indexedDB') hideLong(inner);
      else this.#walk(inner, name, boxes);
    }
  }

  #member(name: string, value: string, key: string | undefined): string {
    const lower = name.toLowerCase();
    if (this.#names.members.has(lower) || (isHeaders(key) && this.#names.headers.has(lower))) return hide(value, name);
    return value.startsWith('{') || value.startsWith('[') ? this.#nested(value) : value;
  }

  /** Masks values in JSON inside a JSON string, such as the body of a request in a HAR file. */
  #nested(text: string): string {
    if (text.length > MAX_NESTED || !this.#names.searchTerms.some((term) => text.includes(term))) return text;
    const value = parseJson(text);
    if (value === undefined) return text;
    const before = JSON.stringify(value);
    this.#walk(value, undefined, []);
    const after = JSON.stringify(value);
    return after === before ? text : after;
  }

  #pair(pair: { name: string; value: string }, list: string | undefined): void {
    const lower = pair.name.toLowerCase();
    const isSecret =
      this.#names.members.has(lower) ||
      (isHeaders(list) && this.#names.headers.has(lower)) ||
      (list === 'cookies' && !this.#names.harmlessCookies.has(pair.name)) ||
      (/^(?:local|session)Storage$/.test(list ?? '') && pair.value.length >= MIN_STORED);
    if (isSecret) pair.value = hide(pair.value, list === 'cookies' ? `cookie ${pair.name}` : pair.name);
  }
}

/** True for `headers` of a request and `extraHTTPHeaders` of a context. */
function isHeaders(list = ''): boolean {
  return /headers$/i.test(list);
}

function hide(value: string, name: string): string {
  return value === '' || /^\[secret [^\]]*\]$/.test(value) ? value : masked(name);
}

/** Masks every text and number in a value of any shape. */
function hideAll(value: unknown, name: string): unknown {
  if (typeof value === 'string') return hide(value, name);
  if (typeof value === 'number') return 0;
  if (Array.isArray(value)) return value.map((one) => hideAll(one, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, hideAll(one, name)]));
}

function masked(name: string): string {
  return `[secret ${name.replace(/["'\\<>&\p{Cc}]/gu, '')}]`;
}

function isPair(value: unknown): value is { name: string; value: string } {
  const pair = value as { name?: unknown; value?: unknown } | null;
  return typeof pair?.name === 'string' && typeof pair.value === 'string';
}

/** Masks the value of a password field in a page snapshot, and collects one-character boxes. */
function hideField(attributes: Members, boxes: Members[]): void {
  const { type, style, name, id, [SHOWN_VALUE]: shown } = attributes;
  if (typeof shown !== 'string') return;
  const showsDots = type === 'password' || (typeof style === 'string' && /-webkit-text-security:\s*\w/.test(style));
  const label = [name, id].find((one) => typeof one === 'string');
  if (showsDots) hideValue(attributes, `field ${label ?? 'with dots'}`);
  else if (shown.length === 1) boxes.push(attributes);
}

function hideValue(attributes: Members, name: string): void {
  for (const key of [SHOWN_VALUE, 'value']) {
    const value = attributes[key];
    if (typeof value === 'string') attributes[key] = hide(value, name);
  }
}

function hideBoxes(boxes: readonly Members[], known: SecretSet): void {
  const label = known.labelIn(boxes.map((attributes) => String(attributes[SHOWN_VALUE])).join(''));
  if (label !== undefined) for (const attributes of boxes) hideValue(attributes, label);
}

function hideLong(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'string' && inner.length >= MIN_STORED) (value as Members)[key] = masked('IndexedDB');
    else hideLong(inner);
  }
}

/** Masks one-character boxes, which an accessibility snapshot writes one per line. */
function maskBoxes(text: string): string {
  const box = /^([^\S\r\n\u2028\u2029]*- textbox\b.*: )(?:"(\S)"|(\S))$/gm;
  return (text.match(box)?.length ?? 0) < MIN_BOXES ? text : text.replace(box, '$1"•"');
}
