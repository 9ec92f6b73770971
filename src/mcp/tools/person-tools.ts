import { Secret } from '../../secret/secret.ts';
import type { AgentSession } from '../agent-session.ts';
import type { AgentTool } from '../agent-tool.ts';
import { defineTool } from '../define-tool.ts';
import { fieldOf } from './page-field.ts';
import { PERSONA, REF } from './persona-argument.ts';
import { originOf } from './sign-in-tools.ts';

/** Tool that asks a person. */
export function askPersonTool(session: AgentSession): AgentTool {
  return defineTool({
    name: 'ask_person',
    description:
      'Asks the person behind you, on a page of their own. With ref: for a code, which is typed into the field and not shown to you. Without ref: for an approval.',
    args: {
      persona: PERSONA,
      question: { type: 'string', description: 'Question in one line, such as: the code of the bank app.' },
      ref: { ...REF, isOptional: true },
    },
    run: async ({ persona: name, question: title, ref }, { signal }) => {
      const [persona, page] = [await session.persona(name), await session.page()];
      const field = ref === undefined ? undefined : await fieldOf(page, ref);
      const asks = field ? 'code' : 'approval';
      const answer = await session.ask({ asks, persona: persona.name, title, origin: originOf(page.url()) }, signal);
      if (!field || !('code' in answer)) return { text: 'The person approved.' };
      await persona.fillSecret(field, new Secret(`${persona.name}/code of a person`, answer.code));
      return { text: 'The person gave the code. It is typed into the field.' };
    },
  });
}
