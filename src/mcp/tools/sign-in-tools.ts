import type { Page } from '@playwright/test';
import { TwoFactorError } from '../../core/errors.ts';
import type { Persona } from '../../persona/persona.ts';
import { describeChallenge } from './describe-challenge.ts';
import type { AgentSession } from '../agent-session.ts';
import type { AgentTool, ToolCall } from '../agent-tool.ts';
import { defineTool } from '../define-tool.ts';
import { pageState } from './page-state.ts';
import { PERSONA } from './persona-argument.ts';

/** Tools that sign in, and that answer what a page asks for. */
export function signInTools(session: AgentSession): AgentTool[] {
  const read = defineTool({
    name: 'read_challenge',
    description:
      'Reads what the page asks for: the step of a sign-in, the factors that it accepts, and the names of its fields. Changes nothing.',
    args: {},
    isReadOnly: true,
    run: async () => {
      const page = await session.page();
      const { readChallenge } = await import('../../sign-in/read-challenge.ts');
      return { text: `${describeChallenge(await readChallenge(page, READ_TIMEOUT))}\n${await pageState(page)}` };
    },
  });
  const signIn = defineTool({
    name: 'sign_in',
    description:
      'Signs a persona in: types its user name, password and codes, and answers every challenge, until the site shows a session. Use it instead of filling the form by hand.',
    args: {
      persona: PERSONA,
      url: {
        type: 'string',
        description: 'Address of the sign-in page. Default: the page as it is, or the address of the persona.',
        isOptional: true,
      },
      factor: FACTOR,
    },
    run: async ({ persona: name, url, factor }, call) => {
      const [persona, page] = [await session.persona(name), await session.page()];
      const start = absolute(url, page, persona) ?? (isEmpty(page) ? persona.url : undefined);
      if (start === undefined && isEmpty(page)) throw new TwoFactorError('SETTINGS_INVALID', NO_ADDRESS);
      await session.confirm('sign in', persona.name, originOf(start ?? page.url()));
      const factors = factor === undefined ? {} : { factors: [factor] };
      await persona.signIn(page, start, { ...factors, ...optionsOf(call) });
      return {
        text: `Signed in as ${persona.name}. ${proofOf(session)}\n${await pageState(page)}`,
        code: signInCode(url, factor),
      };
    },
  });
  const answer = defineTool({
    name: 'answer_challenge',
    description:
      'Answers the one challenge that the page shows, such as a code that a site asks for before a payment, with the factors of a persona.',
    args: { persona: PERSONA },
    run: async ({ persona: name }, call) => {
      const [persona, page] = [await session.persona(name), await session.page()];
      await session.confirm('answer a challenge', persona.name, originOf(page.url()));
      const next = await persona.answer(page, optionsOf(call));
      return {
        text: `The site accepted the answer. Now: ${describeChallenge(next)}\n${await pageState(page)}`,
        code: 'await persona.answer(page);',
      };
    },
  });
  return [signIn, read, answer];
}

const FACTOR = {
  type: 'string',
  enum: ['passkey', 'totp', 'hotp', 'email-link', 'email-code', 'sms-code', 'recovery-code', 'human'],
  description: 'Second factor to use. Default: the first of the persona that the page accepts.',
  isOptional: true,
} as const;

/** Returns the line of a test that signs in. */
function signInCode(url: string | undefined, factor: string | undefined): string {
  if (factor === undefined) return `await persona.signIn(page${url === undefined ? '' : `, ${quoted(url)}`});`;
  return `await persona.signIn(page, ${url === undefined ? 'undefined' : quoted(url)}, { factors: ['${factor}'] });`;
}

const NO_ADDRESS = 'The page is empty. Pass `url`, the address of the sign-in page, or open it first.';

function isEmpty(page: Page): boolean {
  return page.url() === 'about:blank';
}

/** Maximum time to read a page, in milliseconds. */
const READ_TIMEOUT = 20_000;

/** Returns the address of a sign-in. A relative one belongs to the page, else to the site of the persona. */
export function absolute(url: string | undefined, page: Page, persona?: Pick<Persona, 'url'>): string | undefined {
  if (url === undefined) return undefined;
  const base = /^https?:/.test(page.url()) ? page.url() : persona?.url;
  if (URL.canParse(url, base) && /^https?:$/.test(new URL(url, base).protocol)) return new URL(url, base).href;
  const text = 'The address must be one of a site, such as https://app.example.com/login.';
  throw new TwoFactorError('SETTINGS_INVALID', text);
}

export function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}

export function optionsOf({ signal }: ToolCall): { readonly signal?: AbortSignal } {
  return signal ? { signal } : {};
}

/** Quotes a text as JavaScript of a test does. */
export function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n')}'`;
}

/** The last step of a sign-in says what proves the session. */
function proofOf(session: AgentSession): string {
  const proof = session.steps().findLast((title) => title.startsWith('Signed in'));
  return proof === undefined ? '' : `${proof}.`;
}
