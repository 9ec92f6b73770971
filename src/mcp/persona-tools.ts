import type { Page } from '@playwright/test';
import type { Persona } from '../persona/persona.ts';
import { type AgentTool, limited } from './agent-tool.ts';
import { Redactor } from '../redaction/redactor.ts';
import { sensitiveNames } from '../redaction/sensitive-names.ts';
import { watchSecrets } from './known-secrets.ts';
import { OnePersona } from './one-persona.ts';
import { toolsOf } from './tools/index.ts';

/**
 * Returns tools with which a model uses a persona on a page: plain objects with a JSON Schema and a function, for any
 * framework. Results never contain a secret of the persona. `ask_person` is there if the persona has someone to ask.
 *
 * @param page page that the model sees. `ref` in a call is a reference of its last `page.ariaSnapshot({ mode: 'ai' })`
 * @example
 * for (const { name, description, inputSchema, run } of personaTools(persona, page))
 *   tools[name] = tool({ description, inputSchema: jsonSchema(inputSchema), execute: run });
 */
export function personaTools(persona: Persona, page: Page): AgentTool[] {
  const redactor = new Redactor(watchSecrets(), sensitiveNames());
  return toolsOf(new OnePersona(persona, page))
    .filter(({ name }) => name !== 'ask_person' || persona.human !== undefined)
    .map((tool) => ({
      ...tool,
      inputSchema: withoutPersona(tool.inputSchema),
      run: async (args, call) => {
        const { text, ...rest } = await tool.run(args, call);
        return { ...rest, text: limited(redactor.text(text)) };
      },
    }));
}

/** There is only one persona, so no call names it. */
function withoutPersona(schema: AgentTool['inputSchema']): AgentTool['inputSchema'] {
  const others = Object.entries(schema.properties).filter(([name]) => name !== 'persona');
  return { ...schema, properties: Object.fromEntries(others) };
}
