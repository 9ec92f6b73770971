import type { ReferenceKind } from './reference.ts';

/**
 * `exec:["program","argument"]`: the output of any program, run without a shell. As
 * `exec:{"command":["program"],"env":["NAME"]}` it gets further variables.
 */
export const exec: ReferenceKind = {
  form: 'exec:["program","argument"], or exec:{"command":["program"],"env":["NAME"]}',
  describe: (rest) => `exec:["${readCall(rest)?.command[0]}",…]`,
  read: async ({ rest, run }) => {
    const call = readCall(rest);
    if (!call) return undefined;
    const [program = '', ...args] = call.command;
    const names = call.env ?? [];
    return await run({
      ...{ name: program, program, args },
      ...(names.length > 0 ? { variables: new RegExp(`^(?:${names.join('|')})$`) } : {}),
      install: 'Install it, or correct its name or PATH.',
      advice:
        'Run it by hand. It gets the variables that programs need to run; give others by name: {"command":[…],"env":["NAME"]}.',
    });
  },
};

interface Call {
  readonly command: readonly string[];
  readonly env?: readonly string[];
}

function readCall(json: string): Call | undefined {
  const parsed = parse(json);
  const call = (Array.isArray(parsed) ? { command: parsed } : (parsed ?? {})) as Partial<Call>;
  const { command, env = [], ...others } = call;
  const isCommand = isTexts(command) && command.length > 0 && command[0] !== '';
  const isEnv = isTexts(env) && env.every((name) => /^\w+$/.test(name));
  return isCommand && isEnv && Object.keys(others).length === 0 ? { command, env } : undefined;
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // The parser's own error quotes the text.
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}
