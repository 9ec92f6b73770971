import type { AgentSession } from '../agent-session.ts';
import type { AgentTool } from '../agent-tool.ts';
import { defineTool } from '../define-tool.ts';

/** Tool that lists the personas. */
export function listPersonasTool(session: AgentSession): AgentTool {
  return defineTool({
    name: 'list_personas',
    description: 'Lists the personas that you may use: name, sites and factors.',
    args: {},
    isReadOnly: true,
    run: async () => {
      const personas = await session.personas();
      if (personas.length === 0) return { text: NO_PERSONAS };
      const lines = personas.map(
        ({ name, sites, hasPassword, factors }) =>
          `- ${name}: sites ${sites.join(', ') || 'none'}; factors ${[...(hasPassword ? ['password'] : []), ...factors].join(', ') || 'none'}`,
      );
      return { text: `Personas:\n${lines.join('\n')}` };
    },
  });
}

const NO_PERSONAS =
  'There are no personas. Create one with sign_up, or ask the user to add one: npx playwright-2fa vault set NAME password --origin https://app.example.com.';
