import { runInNewContext } from 'node:vm';

/** Maximum time to match a pattern of a page, in milliseconds. A pattern may be made to take forever. */
const PATTERN_TIMEOUT = 250;

/**
 * Returns the first text that matches the attribute `pattern` of a page. A pattern that does not compile matches all, as in
 * browsers.
 *
 * @throws an error of Node if the pattern takes too long
 */
export function firstMatch(pattern: string, texts: readonly string[]): string | undefined {
  const script = `(() => {
    let expression;
    for (const flag of ['v', 'u', '']) {
      try { expression = new RegExp('^(?:' + pattern + ')$', flag); break; } catch {}
    }
    return texts.findIndex((text) => !expression || expression.test(text));
  })()`;
  const index = runInNewContext(script, { pattern, texts: [...texts] }, { timeout: PATTERN_TIMEOUT }) as number;
  return texts[index];
}

/** True if a value matches the attribute `pattern` of a page. False if the pattern takes too long. */
export function matchesPattern(value: string, pattern: string): boolean {
  if (pattern === '') return true;
  try {
    return firstMatch(pattern, [value]) !== undefined;
  } catch {
    return false;
  }
}
