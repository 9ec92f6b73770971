import type { Arguments } from './argument-check.ts';

/** Reference of a snapshot: `e5`, or `f1e2` in a frame. */
const REF = /^(?:f\d+)?e\d+$/;
/** Selector by tags, ids and classes. Others test the text or an attribute of an element. */
const PLAIN_SELECTOR = /^[\w#. >-]+$/;
/** Minimum length of a text to wait for, in characters. */
const MIN_TEXT = 4;

const TARGET =
  'Did not use this selector: it can test for parts of a secret. Pass a reference of the last snapshot, such as e5, or a selector by tag, id or class.';
const TEXT = `Did not wait for this text: a text of fewer than ${MIN_TEXT} characters can test for a part of a secret. Wait for a longer one.`;
const FILTER =
  'Did not filter the requests: a filter can test for parts of a secret in an address. Leave out "filter", and read the list.';
const PASTE =
  'Did not paste: the clipboard may hold a secret of another page. Use browser_type, fill_secret or fill_code.';

/**
 * Returns why a call is refused that could test a page for parts of a secret, or carry one to another page; or undefined.
 * A model that may ask "does the field begin with 4?" learns a code in sixty calls.
 */
export function probeProblem(name: string, args: Arguments): string | undefined {
  if (targetsIn(args).some((target) => !REF.test(target) && !PLAIN_SELECTOR.test(target))) return TARGET;
  const { text, textGone, filter, key, button } = args;
  // On some systems, the middle button pastes what is selected.
  if (button === 'middle') return PASTE;
  if (name === 'browser_wait_for' && [text, textGone].some((one) => typeof one === 'string' && one.length < MIN_TEXT))
    return TEXT;
  if (name === 'browser_network_requests' && filter !== undefined) return FILTER;
  return name === 'browser_press_key' && typeof key === 'string' && isPaste(key) ? PASTE : undefined;
}

function targetsIn({ target, startTarget, endTarget, fields }: Arguments): string[] {
  const inFields = Array.isArray(fields) ? fields.map((field: unknown) => (field as Arguments | null)?.['target']) : [];
  return [target, startTarget, endTarget, ...inFields].filter((one) => typeof one === 'string');
}

function isPaste(key: string): boolean {
  const parts = key.toLowerCase().split('+');
  const last = parts.at(-1) ?? '';
  const has = (modifier: string): boolean => parts.some((part) => part.startsWith(modifier));
  if (last === 'paste') return true;
  return /^(?:key)?v$/.test(last) ? has('control') || has('meta') : last === 'insert' && has('shift');
}
