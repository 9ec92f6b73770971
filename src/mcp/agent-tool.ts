/** Schema of one argument: a subset of JSON Schema. */
export interface ArgumentSchema {
  readonly type: 'string' | 'number' | 'boolean' | 'object';
  readonly description: string;
  readonly enum?: readonly string[];
  /** Schema of the values of an object. */
  readonly additionalProperties?: { readonly type: 'string' };
}

/** JSON Schema of the arguments of a tool (draft 2020-12). */
export interface ToolSchema {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, ArgumentSchema>>;
  readonly required: readonly string[];
  readonly additionalProperties: false;
}

/** Result of a tool, for a model. It has no secret. */
export interface AgentResult {
  /** Observations, and in an error the next step. */
  readonly text: string;
  /** Lines of a test that do the same. */
  readonly code?: string;
  /** True if the tool failed. */
  readonly isError?: true;
}

/** Options of one call. */
export interface ToolCall {
  /** Ends the call. */
  readonly signal?: AbortSignal;
}

/**
 * A tool that an agent calls: plain data and a function, which any framework can use.
 *
 * @see https://json-schema.org/draft/2020-12/schema
 */
export interface AgentTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: ToolSchema;
  /** True if a call changes nothing. */
  readonly isReadOnly: boolean;
  /**
   * Runs the tool. A failure is a result with `isError`, since a model acts on it.
   *
   * @param args arguments, as a model gave them. They are checked.
   */
  run(args: unknown, call?: ToolCall): Promise<AgentResult>;
}

/** Maximum length of a result, in characters. Texts of pages are as long as their pages make them. */
const MAX_TEXT = 8000;

/** Cuts the text of a result that has been cleaned of secrets. */
export function limited(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (cut)` : text;
}
