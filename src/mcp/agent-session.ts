import type { BrowserContext, Page } from '@playwright/test';
import type { Factor } from '../challenge/challenge.ts';
import type { Persona } from '../persona/persona.ts';
import type { HandoffAnswer } from '../protocol/handoff.ts';

/** A persona, as an agent sees it. */
export interface AgentPersona {
  readonly name: string;
  /** Origins where its secrets may be typed. */
  readonly sites: readonly string[];
  readonly hasPassword: boolean;
  readonly factors: readonly Factor[];
}

/** A question of an agent to a person. */
export interface AgentQuestion {
  readonly asks: 'code' | 'approval';
  /** Name of the persona that it is about. */
  readonly persona: string;
  readonly title: string;
  /** Origin that it is about. */
  readonly origin: string;
}

/** Everything that the tools of one agent share: its personas, its browser, and the person behind it. */
export interface AgentSession {
  /** Lists the personas that the agent may use. */
  personas(): Promise<readonly AgentPersona[]>;
  /**
   * Returns a persona, which stays open until the session ends.
   *
   * @param name name of the persona. @default the only one of the session
   * @throws TwoFactorError `PERSONA_UNKNOWN`
   */
  persona(name: string | undefined): Promise<Persona>;
  /**
   * Returns the page that the agent sees.
   *
   * @throws TwoFactorError `AGENT_WITHOUT_BROWSER`
   */
  page(): Promise<Page>;
  /**
   * Asks a person to confirm, if the session is set up so: once for each persona and origin.
   *
   * @throws TwoFactorError `HUMAN_DECLINED`, `HUMAN_TIMEOUT`, `HUMAN_UNREACHABLE`
   */
  confirm(action: string, persona: string, origin: string): Promise<void>;
  /** Asks a person. @throws TwoFactorError `HUMAN_DECLINED`, `HUMAN_TIMEOUT`, `HUMAN_UNREACHABLE` */
  ask(question: AgentQuestion, signal?: AbortSignal): Promise<HandoffAnswer>;
  /** Returns the titles of the steps that the running call has made, oldest first. */
  steps(): readonly string[];
}

/** Session of an agent that may create accounts and change its browser: that of a server. */
export interface ServedSession extends AgentSession {
  /** Returns a new persona to sign up with. The same name returns the same persona. @throws TwoFactorError `PERSONA_EXISTS` */
  newPersona(name: string | undefined): Promise<Persona>;
  /** Makes a context the only one of the agent. */
  use(context: BrowserContext): Promise<void>;
}
