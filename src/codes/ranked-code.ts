/** Where in a message a code was found. */
export type CodePlace = 'header' | 'subject' | 'text' | 'html';

/** A code that a message may carry, and what speaks for and against it. */
export interface RankedCode {
  readonly code: string;
  /** 100: the message itself says so. From 5 on it reads like a code. */
  readonly score: number;
  readonly reasons: readonly string[];
  readonly where: CodePlace;
  /** Where it begins in that place, in characters. */
  readonly position: number;
}
