/** Part of a message that has a code. */
export type CodePlace = 'header' | 'subject' | 'text' | 'html';

/** A code that a message may carry, with the evidence for and against it. */
export interface RankedCode {
  readonly code: string;
  /** Score: 100 if the message declares the code; 5 or more if it reads like a code. */
  readonly score: number;
  /** Evidence, each with its points. */
  readonly reasons: readonly string[];
  readonly where: CodePlace;
  /** Offset in that part, in characters. */
  readonly position: number;
}
