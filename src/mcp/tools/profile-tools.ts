import { TwoFactorError } from '../../core/errors.ts';
import type { ServedSession } from '../agent-session.ts';
import type { AgentTool } from '../agent-tool.ts';
import { defineTool } from '../define-tool.ts';
import { pageState } from './page-state.ts';
import { PERSONA } from './persona-argument.ts';
import { absolute, originOf } from './sign-in-tools.ts';

const URL_ARGUMENT = {
  type: 'string',
  description: 'Page that only a signed-in user may see. Default: the page as it is.',
  isOptional: true,
} as const;

/** Tools for saved sessions. */
export function profileTools(session: ServedSession): AgentTool[] {
  const save = defineTool({
    name: 'save_profile',
    description:
      'Saves the signed-in session of the browser, encrypted, so that a later call of use_profile needs no sign-in.',
    args: { persona: PERSONA, url: URL_ARGUMENT },
    run: async ({ persona: name, url }) => {
      const [persona, page] = [await session.persona(name), await session.page()];
      await persona.saveProfile(page, absolute(url, page, persona));
      return { text: `Saved the session of ${persona.name}.`, code: 'await persona.saveProfile(page);' };
    },
  });
  const use = defineTool({
    name: 'use_profile',
    description:
      'Opens a page signed in, with the saved session of a persona, or with a new sign-in if it has ended. Closes the other pages.',
    args: { persona: PERSONA, url: { ...URL_ARGUMENT, description: 'Page that only a signed-in user may see.' } },
    run: async ({ persona: name, url }) => {
      const [persona, page] = [await session.persona(name), await session.page()];
      const start = absolute(url, page, persona) ?? persona.url;
      const browser = page.context().browser();
      if (start === undefined || !browser)
        throw new TwoFactorError('SETTINGS_INVALID', 'Give the address of a page that only a signed-in user may see.');
      await session.confirm('open a saved session', persona.name, originOf(start));
      const opened = await persona.openProfile(browser, start);
      await session.use(opened.context);
      return {
        text: `The browser is signed in as ${persona.name}. ${await pageState(opened.page)}`,
        code: `test.use({ profileName: '${persona.name}' });`,
      };
    },
  });
  return [save, use];
}
