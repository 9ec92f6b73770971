import { TwoFactorError } from '../../core/errors.ts';
import type { Persona } from '../../persona/persona.ts';
import { Secret } from '../../secret/secret.ts';
import type { Locator } from '@playwright/test';
import type { AgentSession } from '../agent-session.ts';
import type { AgentTool, ToolCall } from '../agent-tool.ts';
import { defineTool } from '../define-tool.ts';
import { fieldOf, locatorCode } from './page-field.ts';
import { PERSONA, REF } from './persona-argument.ts';
import { optionsOf, originOf } from './sign-in-tools.ts';

const MEMBERS = ['password', 'username', 'email', 'phone', 'recovery-code'] as const;
const CHANNELS = ['totp', 'email', 'sms'] as const;

/** Tools that type one value into one field, for a form that `sign_in` does not know. */
export function fillTools(session: AgentSession): AgentTool[] {
  const fillSecret = defineTool({
    name: 'fill_secret',
    description:
      'Types a value of a persona into a field. The value is not shown to you. It is typed at the sites of the persona only.',
    args: {
      ref: REF,
      persona: PERSONA,
      member: { type: 'string', enum: MEMBERS, description: 'Value to type.' },
    },
    run: async ({ ref, persona: name, member }) => {
      const { persona, field } = await prepare(name, ref, `fill ${member}`);
      const code = await typeMember(persona, field, member);
      return { text: `Typed the ${member} of ${persona.name} into the field.`, code };
    },
  });
  const fillCode = defineTool({
    name: 'fill_code',
    description:
      'Types a one-time code of a persona into a field: of its authenticator, of its mail or of its SMS. Waits for the message. The code is not shown to you.',
    args: {
      ref: REF,
      persona: PERSONA,
      channel: { type: 'string', enum: CHANNELS, description: 'Where the code comes from.' },
    },
    run: async ({ ref, persona: name, channel }, call) => {
      const { persona, field } = await prepare(name, ref, 'fill a code');
      const where = locatorCode(field);
      const fixture = { totp: 'totp', email: 'inbox', sms: 'sms' }[channel];
      await typeCode(persona, field, channel, call);
      return {
        text: `Typed the code of ${persona.name} (${channel}) into the field.`,
        code: `await ${fixture}.fillCode(${where});`,
      };
    },
  });
  return [fillSecret, fillCode];

  async function prepare(
    name: string | undefined,
    ref: string,
    action: string,
  ): Promise<{ readonly persona: Persona; readonly field: Locator }> {
    const [persona, page] = [await session.persona(name), await session.page()];
    const field = await fieldOf(page, ref);
    await session.confirm(action, persona.name, originOf(page.url()));
    return { persona, field };
  }
}

/** Types a member. Returns the code of a test that does the same. */
async function typeMember(persona: Persona, field: Locator, member: (typeof MEMBERS)[number]): Promise<string> {
  const where = locatorCode(field);
  if (member === 'password') {
    await persona.fillPassword(field);
    return `await persona.fillPassword(${where});`;
  }
  if (member === 'recovery-code') {
    await persona.fillSecret(field, new Secret(`${persona.name}/recovery code`, await persona.recoveryCodes.code()));
    return `await ${where}.fill(await persona.recoveryCodes.code());`;
  }
  await field.fill(persona[member], { timeout: FILL_TIMEOUT }).catch((error: unknown) => {
    const text = 'The field does not take a text. Take a new snapshot, and pass the reference of a text field.';
    throw new TwoFactorError('FILL_FAILED', text, { cause: error });
  });
  return `await ${where}.fill(persona.${member});`;
}

/** Maximum time for a field to take a text, in milliseconds. */
const FILL_TIMEOUT = 5000;

async function typeCode(
  persona: Persona,
  field: Locator,
  channel: (typeof CHANNELS)[number],
  call: ToolCall,
): Promise<void> {
  if (channel === 'totp') await persona.totp.fillCode(field);
  else await (channel === 'email' ? persona.inbox : persona.sms).fillCode(field, optionsOf(call));
}
