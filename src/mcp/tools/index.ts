import type { AgentSession, ServedSession } from '../agent-session.ts';
import type { AgentTool } from '../agent-tool.ts';
import { enrollTool, signUpTool } from './account-tools.ts';
import { fillTools } from './fill-tools.ts';
import { messageTools } from './message-tools.ts';
import { askPersonTool } from './person-tools.ts';
import { listPersonasTool } from './persona-tools.ts';
import { profileTools } from './profile-tools.ts';
import { signInTools } from './sign-in-tools.ts';

/** Tools for the pages and the messages of personas. */
export function toolsOf(session: AgentSession): AgentTool[] {
  return [
    ...signInTools(session),
    ...fillTools(session),
    ...messageTools(session),
    enrollTool(session),
    askPersonTool(session),
  ];
}

/** All tools of a server. */
export function servedTools(session: ServedSession): AgentTool[] {
  return [listPersonasTool(session), ...toolsOf(session), signUpTool(session), ...profileTools(session)];
}

/** Names of the tools that need no page. */
export const WITHOUT_PAGE: readonly string[] = ['list_personas', 'list_messages'];
