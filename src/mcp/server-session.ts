import { randomBytes } from 'node:crypto';
import type { BrowserContext, Page } from '@playwright/test';
import { TwoFactorError } from '../core/errors.ts';
import { type Runtime, plainRuntime } from '../core/runtime.ts';
import type { Logger } from '../core/logger.ts';
import { suggest } from '../core/suggest.ts';
import { Human } from '../human/human.ts';
import { ExclusivePersonas } from '../persona/exclusive-personas.ts';
import { factorsOf } from '../persona/preferred-factors.ts';
import type { Persona } from '../persona/persona.ts';
import type { Personas } from '../persona/personas.ts';
import type { Project } from '../project/project.ts';
import type { HandoffAnswer } from '../protocol/handoff.ts';
import type { AgentBrowser } from './agent-browser.ts';
import type { AgentPersona, AgentQuestion, ServedSession } from './agent-session.ts';
import { StepLog } from './step-log.ts';

export interface ServerSessionOptions {
  readonly project: Project;
  readonly logger: Logger;
  /** Names of the personas that the agent may use. @default all */
  readonly allowed?: readonly string[] | undefined;
  /** Browser of the agent. @default none: the tools for messages and codes only */
  readonly browser?: AgentBrowser | undefined;
  /** True if a person confirms the first use of a persona at an origin. @default false */
  readonly confirms?: boolean;
  /** Shows a person the page to answer on. @default a line of the logger */
  readonly showAnswerPage?: Runtime['showAnswerPage'];
}

/** Session of one agent at a server: its personas are opened once, on first use. */
export class ServerSession implements ServedSession {
  readonly #options: ServerSessionOptions;
  readonly #runtime: Runtime;
  readonly #log = new StepLog();
  readonly #exclusive: ExclusivePersonas;
  /** Personas of this session's sign-ups, by the name that each is kept under. */
  readonly #created = new Map<string, Promise<Persona>>();
  readonly #confirmed = new Map<string, Promise<unknown>>();
  #personas: Promise<Personas> | undefined;

  constructor(options: ServerSessionOptions) {
    const { project, logger, showAnswerPage } = options;
    this.#options = options;
    this.#runtime = this.#log.noting({
      ...plainRuntime(project.settings.timeout, logger),
      ...{ caller: 'job', owner: `an agent (process ${process.pid})` },
      ...(showAnswerPage ? { showAnswerPage } : {}),
    });
    this.#exclusive = new ExclusivePersonas({
      ledger: () => project.ledger(),
      owner: `an agent (process ${process.pid})`,
      longWait: this.#runtime.longWait,
    });
  }

  async personas(): Promise<readonly AgentPersona[]> {
    const { project } = this.#options;
    const stored = await Promise.all(
      (await this.#names()).map(async (name) => {
        const credentials = await project.credentials(name);
        const { origins: sites = [], password } = credentials;
        return { name, sites, hasPassword: password !== undefined, factors: factorsOf(credentials) };
      }),
    );
    const created = [...this.#created].filter(([name]) => !stored.some((one) => one.name === name));
    const own = created.map(async ([name, persona]) => ({
      name,
      sites: [],
      hasPassword: true,
      factors: (await persona).factors,
    }));
    return [...stored, ...(await Promise.all(own))];
  }

  async persona(name: string | undefined): Promise<Persona> {
    const names = [...new Set([...(await this.#names()), ...this.#created.keys()])];
    const chosen = name ?? (names.length === 1 ? names[0] : undefined);
    if (chosen !== undefined && names.includes(chosen))
      return await (this.#created.get(chosen) ?? (await this.#open()).open(chosen));
    const text =
      name === undefined
        ? `Say which persona to use: ${names.slice(0, MAX_NAMED).join(', ') || 'there are none'}.`
        : `Unknown persona "${name.slice(0, 100)}". ${suggest(name, names)}`;
    throw new TwoFactorError('PERSONA_UNKNOWN', text);
  }

  async newPersona(name: string | undefined): Promise<Persona> {
    const created = name === undefined ? undefined : this.#created.get(name);
    if (created) return await created;
    if (name !== undefined && (await this.#options.project.personaNames()).includes(name)) {
      const text = `There is a persona "${name}" already. Use sign_in with it, or choose another name.`;
      throw new TwoFactorError('PERSONA_EXISTS', text);
    }
    const persona = this.#open().then(async (personas) => await personas.open());
    this.#created.set(name ?? (await persona).name, persona);
    return await persona;
  }

  async page(): Promise<Page> {
    const { browser } = this.#options;
    if (browser) return await browser.page();
    const text =
      'There is no browser. The user has to start the server with --wrap, or with --endpoint of a running browser.';
    throw new TwoFactorError('AGENT_WITHOUT_BROWSER', text);
  }

  async use(context: BrowserContext): Promise<void> {
    await this.#options.browser?.use(context);
  }

  async confirm(action: string, persona: string, origin: string): Promise<void> {
    if (!this.#options.confirms) return;
    const key = JSON.stringify([persona, origin]);
    const known = this.#confirmed.get(key);
    if (known) return void (await known);
    const title = `an agent wants to ${action} as ${persona} at ${origin}`;
    const asked = this.ask({ asks: 'approval', persona, title, origin });
    this.#confirmed.set(key, asked);
    asked.catch(() => this.#confirmed.delete(key)); // The caller gets the error, and may ask again.
    await asked;
  }

  async ask({ persona, ...question }: AgentQuestion, signal?: AbortSignal): Promise<HandoffAnswer> {
    const { project } = this.#options;
    const [settings = {}, source] = await Promise.all([project.human(), project.source()]);
    const handoff = source.handoff?.bind(source);
    const human = new Human({ owner: persona, settings, runtime: this.#runtime, handoff });
    try {
      return await human.ask({ ...question, label: question.title }, { signal });
    } finally {
      human.close();
    }
  }

  steps(): readonly string[] {
    return this.#log.titles;
  }

  /** Forgets the steps of the call before. */
  beginCall(): void {
    this.#log.clear();
  }

  async close(): Promise<void> {
    const personas = await this.#personas?.catch(() => undefined);
    await personas?.close();
    await this.#exclusive.release();
  }

  async #names(): Promise<readonly string[]> {
    const { allowed, project } = this.#options;
    const names = await project.personaNames();
    return allowed ? names.filter((name) => allowed.includes(name)) : names;
  }

  async #open(): Promise<Personas> {
    return await (this.#personas ??= this.#options.project.personas({
      ...{ exclusive: this.#exclusive, runtime: this.#runtime, title: 'agent' },
      unique: () => randomBytes(8).toString('hex'),
    }));
  }
}

/** Maximum number of names in an error. */
const MAX_NAMED = 20;
