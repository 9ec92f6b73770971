import type { Page } from '@playwright/test';
import { TwoFactorError } from '../core/errors.ts';
import type { Persona } from '../persona/persona.ts';
import type { HandoffAnswer } from '../protocol/handoff.ts';
import type { AgentPersona, AgentQuestion, AgentSession } from './agent-session.ts';

/** Session of an agent in code: one persona, on one page. */
export class OnePersona implements AgentSession {
  readonly #persona: Persona;
  readonly #page: Page;

  constructor(persona: Persona, page: Page) {
    this.#persona = persona;
    this.#page = page;
  }

  async personas(): Promise<readonly AgentPersona[]> {
    const { name, factors, url } = this.#persona;
    return await Promise.resolve([{ name, factors, hasPassword: true, sites: url === undefined ? [] : [url] }]);
  }

  async persona(name: string | undefined): Promise<Persona> {
    if (name === undefined || name === this.#persona.name) return await Promise.resolve(this.#persona);
    throw new TwoFactorError('PERSONA_UNKNOWN', `The only persona is "${this.#persona.name}".`);
  }

  async page(): Promise<Page> {
    return await Promise.resolve(this.#page);
  }

  async confirm(): Promise<void> {
    await Promise.resolve();
  }

  async ask({ asks, title, origin }: AgentQuestion, signal?: AbortSignal): Promise<HandoffAnswer> {
    const { human, name } = this.#persona;
    if (human) return await human.ask({ asks, title, origin, label: title }, { signal });
    throw new TwoFactorError('HUMAN_UNREACHABLE', `Nobody can be asked for ${name}: set \`human\`.`);
  }

  steps(): readonly string[] {
    return [];
  }
}
