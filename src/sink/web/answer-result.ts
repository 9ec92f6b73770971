const RESULTS = ['answered', 'declined', 'invalid', 'gone'] as const;

/** Result of an answer to a request to a person. */
export type AnswerResult = (typeof RESULTS)[number];

/** Reads the result from the query of a URL. */
export function readResult(value: string | undefined): AnswerResult | undefined {
  return RESULTS.find((result) => result === value);
}
