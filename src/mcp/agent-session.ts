import type { BrowserContext, Page } from '@playwright/test';
import type { Persona } from '../persona/persona.ts';
import type { HandoffAnswer } from '../protocol/handoff.ts';

/** A question of an agent to a person. */
export interface AgentQuestion {
  readonly asks: 'code' | 'approval';
  /** Name of the persona that it is about. */
  readonly persona: string;
  readonly title: string;
  /** Origin that it is about. */
  readonly origin: string;
}

/** Everything that the tools of one agent share: its personas, and its browser. */
export interface AgentSession {
  /** Returns the names of the personas that the agent may use. */
  names(): Promise<readonly string[]>;
  /**
   * Returns a persona. It is opened once, and stays open until the session ends.
   *
   * @throws TwoFactorError `PERSONA_UNKNOWN`
   */
  persona(name: string): Promise<Persona>;
  /** Opens a new persona, which `signUp` makes an account for. */
  newPersona?(): Promise<Persona>;
  /**
   * Returns the page that the agent sees.
   *
   * @throws TwoFactorError `AGENT_WITHOUT_BROWSER`
   */
  page(): Promise<Page>;
  /** Makes a context the only one of the agent: it sees the pages of no other. */
  use?(context: BrowserContext): Promise<void>;
  /** Asks a person. @throws TwoFactorError as `Human.ask()` */
  ask(question: AgentQuestion): Promise<HandoffAnswer>;
  /** True if a person confirms sign-ups. @default false */
  readonly confirms?: boolean;
}
