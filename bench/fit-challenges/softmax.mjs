/** Multinomial logistic regression by gradient descent with L2 (as Mozilla's Fathom fits its rulesets). Uses no package. */

/**
 * @typedef {{ readonly names: readonly string[], readonly kind: string, readonly allowed?: readonly string[] }} Sample
 * evidence of a page, its kind, and the kinds that its finders read
 * @typedef {Record<string, Record<string, number>>} Weights by evidence, then by kind
 */

/**
 * Fits weights to samples. Evidence that fewer than `least` samples have gets no weight.
 *
 * @param {readonly Sample[]} samples
 * @param {{ l2?: number, rounds?: number, rate?: number, least?: number }} [options]
 * @returns {Weights}
 */
export function fit(samples, { l2 = 0.01, rounds = 300, rate = 0.5, least = 3 } = {}) {
  const kinds = [...new Set(samples.map(({ kind }) => kind))].toSorted((a, b) => a.localeCompare(b));
  const counts = new Map();
  for (const { names } of samples) for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  const known = [...counts].filter(([, count]) => count >= least).map(([name]) => name);
  const index = new Map([...known, ''].map((name, at) => [name, at]));
  const width = kinds.length;
  const weights = new Float64Array(index.size * width);
  const sums = new Float64Array(weights.length);
  const rows = samples.map(({ names, kind }) => ({
    at: [...names, ''].flatMap((name) => index.get(name) ?? []),
    kind: kinds.indexOf(kind),
  }));
  for (let round = 0; round < rounds; round++) {
    const gradient = new Float64Array(weights.length);
    for (const { at, kind } of rows) {
      const odds = softmax(at, weights, width);
      for (let k = 0; k < width; k++) {
        const error = odds[k] - (k === kind ? 1 : 0);
        for (const row of at) gradient[row * width + k] += error;
      }
    }
    for (let i = 0; i < weights.length; i++) {
      const slope = gradient[i] / rows.length + l2 * weights[i];
      sums[i] += slope * slope;
      weights[i] -= (rate * slope) / (Math.sqrt(sums[i]) + 1e-9);
    }
  }
  return Object.fromEntries(
    [...index].map(([name, at]) => [name, Object.fromEntries(kinds.map((kind, k) => [kind, weights[at * width + k]]))]),
  );
}

function softmax(at, weights, width) {
  const scores = Array.from({ length: width }, (_, k) => at.reduce((sum, row) => sum + weights[row * width + k], 0));
  const most = Math.max(...scores);
  const raised = scores.map((score) => Math.exp(score - most));
  const total = raised.reduce((sum, one) => sum + one, 0);
  return raised.map((one) => one / total);
}

/** Returns the most likely of the allowed kinds, with its lead over the next one. */
export function choose(weights, names, allowed) {
  const scores = allowed.map((kind) => ({
    kind,
    score: [...names, ''].reduce((sum, name) => sum + (weights[name]?.[kind] ?? 0), 0),
  }));
  const [best, next] = scores.toSorted((a, b) => b.score - a.score);
  return { kind: best.kind, lead: best.score - (next?.score ?? -Infinity), scores };
}
