import { TwoFactorError } from '../../core/errors.ts';
import type { AgentSession, ServedSession } from '../agent-session.ts';
import type { AgentTool } from '../agent-tool.ts';
import { defineTool } from '../define-tool.ts';
import { pageState } from './page-state.ts';
import { PERSONA } from './persona-argument.ts';
import { absolute, optionsOf, originOf, quoted } from './sign-in-tools.ts';

/** Tool that creates an account. */
export function signUpTool(session: ServedSession): AgentTool {
  return defineTool({
    name: 'sign_up',
    description:
      'Creates an account at a site with a new persona: fills the form, confirms the mail and the number, and keeps the credentials. The values are not shown to you.',
    args: {
      url: { type: 'string', description: 'Address of the sign-up page.' },
      saveAs: {
        type: 'string',
        description: 'Name to keep the persona under, such as buyer-7. Default: it ends with this session.',
        isOptional: true,
      },
      values: {
        type: 'object',
        description: 'Values of fields that only you can know, by label: {"Company": "Acme"}.',
        additionalProperties: { type: 'string' },
        isOptional: true,
      },
    },
    run: async ({ url, saveAs, values }, call) => {
      const page = await session.page();
      const start = absolute(url, page);
      if (start === undefined) throw new TwoFactorError('SETTINGS_INVALID', 'Give the address of the sign-up page.');
      await session.confirm('create an account', saveAs ?? 'a new persona', originOf(start));
      const persona = await session.newPersona(saveAs);
      // The password is on disk before the site has it.
      await persona.addCredentials(start);
      if (saveAs !== undefined) await persona.save(saveAs);
      await persona.signUp(page, start, { ...(values ? { values } : {}), ...optionsOf(call) });
      const kept = saveAs === undefined ? 'It ends with this session.' : `It is kept as "${saveAs}".`;
      const options = values ? `, { values: ${JSON.stringify(values)} }` : '';
      return {
        text: `Created an account for the persona "${saveAs ?? persona.name}". ${kept}\n${await pageState(page)}`,
        code: [
          `await persona.signUp(page, ${quoted(url)}${options});`,
          ...(saveAs === undefined ? [] : [`await persona.save(${quoted(saveAs)});`]),
        ].join('\n'),
      };
    },
  });
}

/** Tool that sets up a factor. */
export function enrollTool(session: AgentSession): AgentTool {
  return defineTool({
    name: 'enroll_factor',
    description:
      'Sets up a factor for a persona on the page where a signed-in user manages them: an authenticator, the number, or a passkey. Keeps the seed, the passkey and the recovery codes, and does not show them to you.',
    args: {
      persona: PERSONA,
      factor: { type: 'string', enum: ['totp', 'sms-code', 'passkey'], description: 'Factor to set up.' },
      url: { type: 'string', description: 'Address of the page. Default: the page as it is.', isOptional: true },
    },
    run: async ({ persona: name, factor, url }, call) => {
      const [persona, page] = [await session.persona(name), await session.page()];
      const start = absolute(url, page, persona);
      await session.confirm(`set up ${factor}`, persona.name, originOf(start ?? page.url()));
      const at = start === undefined ? {} : { url: start };
      const { isConfirmed, recoveryCodes } = await persona.enroll(page, factor, { ...at, ...optionsOf(call) });
      const confirmed = isConfirmed
        ? 'The site confirmed it.'
        : 'The site said nothing: the next sign-in shows whether it works.';
      const codes = recoveryCodes > 0 ? ` Kept ${recoveryCodes} recovery codes.` : '';
      const options = url === undefined ? '' : `, { url: ${quoted(url)} }`;
      return {
        text: `Set up ${factor} for ${persona.name}. ${confirmed}${codes}\n${await pageState(page)}`,
        code: `await persona.enroll(page, '${factor}'${options});`,
      };
    },
  });
}
