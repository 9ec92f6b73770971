/** Returns a function that calls `make` on its first call, caches the result and returns it from then on. */
export function memoize<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Memoizes a pure function of a string. The cache is cleared when it holds `maxEntries` results. */
export function memoizeText<T>(make: (text: string) => T, maxEntries: number): (text: string) => T {
  const cache = new Map<string, { readonly value: T }>();
  return (text) => {
    let made = cache.get(text);
    if (!made) {
      if (cache.size >= maxEntries) cache.clear();
      cache.set(text, (made = { value: make(text) }));
    }
    return made.value;
  };
}
