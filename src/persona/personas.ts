import type { TwoFactorError } from '../errors.ts';
import type { Runtime } from '../runtime.ts';
import type { Source } from '../sources/source.ts';
import { type Environment, type PersonaSettings, readCredentials } from './credentials.ts';
import { DEFAULT_EMAIL_DOMAIN, freshCredentials } from './fresh.ts';
import { Persona } from './persona.ts';

export interface PersonasOptions {
  readonly personas: Readonly<Record<string, PersonaSettings>>;
  readonly env: Environment;
  readonly source: Source;
  readonly runtime: Runtime;
  /** @default 'persona.test' */
  readonly emailDomain?: string | undefined;
  /** What fresh personas are for: the readable part of their addresses. */
  readonly title: string;
  /** A name that nobody else gets, in lower-case letters, digits and dots; asked once for each fresh persona. */
  readonly unique: () => string;
}

/** Opens personas, and closes all it has opened. */
export class Personas {
  readonly #options: PersonasOptions;
  readonly #opened = new Map<string, Promise<Persona>>();

  constructor(options: PersonasOptions) {
    this.#options = options;
  }

  /**
   * The stored persona of that name, or without a name a fresh one that nobody was before. The same name gives the
   * same persona as long as this lives.
   *
   * @throws TwoFactorError `PERSONA_UNKNOWN` or `SETTINGS_INVALID`
   */
  async open(name?: string): Promise<Persona> {
    const { personas, env, source, runtime, emailDomain = DEFAULT_EMAIL_DOMAIN, title, unique } = this.#options;
    const opened = name === undefined ? undefined : this.#opened.get(name);
    if (opened) return await opened;
    const credentials =
      name === undefined ? freshCredentials(unique(), title, emailDomain) : readCredentials(name, personas, env);
    const persona = Persona.open(credentials, source, runtime, { fresh: name === undefined });
    this.#opened.set(credentials.name, persona);
    return await persona;
  }

  /** Closes every persona, and gives the explanation of every wait that was cut off. */
  async close(): Promise<TwoFactorError[]> {
    const personas = await Promise.all(this.#opened.values());
    return (await Promise.all(personas.map((persona) => persona.close()))).flat();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
