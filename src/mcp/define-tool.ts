import { TwoFactorError, reasonOf } from '../core/errors.ts';
import type { AgentResult, AgentTool, ToolCall } from './agent-tool.ts';
import { type ArgumentsOf, type DeclaredArguments, argumentProblems, schemaOf } from './tool-arguments.ts';

interface ToolForm<D extends DeclaredArguments> {
  readonly name: string;
  readonly description: string;
  readonly args: D;
  /** True if a call changes nothing. @default false */
  readonly isReadOnly?: boolean;
  run(args: ArgumentsOf<D>, call: ToolCall): Promise<AgentResult>;
}

/** Defines a tool: its arguments are checked, and an error becomes a result. */
export function defineTool<const D extends DeclaredArguments>(form: ToolForm<D>): AgentTool {
  const { name, description, args: declared, isReadOnly = false } = form;
  return {
    ...{ name, description, isReadOnly, inputSchema: schemaOf(declared) },
    async run(args = {}, call = {}) {
      const problems = argumentProblems(declared, args);
      if (problems.length > 0)
        return failure(`The arguments of ${name} are invalid:${problems.map((problem) => `\n- ${problem}`).join('')}`);
      try {
        return await form.run(args as ArgumentsOf<D>, call);
      } catch (error) {
        return failure(error instanceof TwoFactorError ? `${error.code}: ${error.message}` : reasonOf(error));
      }
    },
  };
}

function failure(text: string): AgentResult {
  return { text, isError: true };
}
