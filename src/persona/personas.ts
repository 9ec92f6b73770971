import type { TwoFactorError } from '../core/errors.ts';
import type { HumanSettings } from '../human/settings.ts';
import type { OpenLedger } from '../ledger/ledger.ts';
import type { Message } from '../message/message.ts';
import type { ProfileServices } from '../profile/opened-profile.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Source } from '../sources/source.ts';
import type { PersonaRecord } from '../vault/record.ts';
import { type Credentials, readCredentials } from './credentials.ts';
import type { Environment, PersonaSettings } from './settings.ts';
import { DEFAULT_EMAIL_DOMAIN, addressedAt, generateCredentials, titleOfFresh } from './generate.ts';
import { Persona } from './persona.ts';
import type { ExclusivePersonas } from './exclusive-personas.ts';

export interface PersonasOptions {
  readonly personas: Readonly<Record<string, PersonaSettings>>;
  readonly env: Environment;
  /** Where stored personas are looked for first. */
  readonly vault?: PersonaVault | undefined;
  readonly source: Source;
  /** Where codes and messages are written down that others may take, too. */
  readonly ledger?: OpenLedger | undefined;
  readonly runtime: Runtime;
  /** How a person is asked. @default nobody is */
  readonly human?: HumanSettings | undefined;
  /** The site under test. */
  readonly baseUrl?: string | undefined;
  /** @default 'persona.test' */
  readonly emailDomain?: string | undefined;
  /** What fresh personas are for: the readable part of their addresses. */
  readonly title: string;
  /** A name that nobody else gets, in lower-case letters, digits and dots; asked once for each fresh persona. */
  readonly unique: () => string;
  /** Where those are taken that only one may be at a time. Whoever made it gives them back. */
  readonly turns?: ExclusivePersonas | undefined;
  /** Where sessions of stored personas are saved. */
  readonly profiles?: (() => Promise<ProfileServices>) | undefined;
}

/** What is asked of a vault, whose files are best read once a worker. */
export interface PersonaVault {
  read(persona: string): Promise<PersonaRecord | undefined>;
  names(): Promise<readonly string[]>;
}

/** What a vault knows of a persona. Its other names serve an error only, so they are looked for only where it has none. */
export async function askVault(
  vault: PersonaVault,
  name: string,
): Promise<{ record: PersonaRecord | undefined; names: readonly string[] }> {
  const record = await vault.read(name);
  return { record, names: record ? [name] : await vault.names() };
}

/** Opens personas, and closes all it has opened. */
export class Personas {
  readonly #options: PersonasOptions;
  readonly #opened = new Map<string, Promise<Persona>>();
  /** By address. */
  readonly #owners = new Map<string, string>();

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
    const { emailDomain, source, title, unique } = this.#options;
    const opened = name === undefined ? undefined : this.#opened.get(name);
    if (opened) return await opened;
    if (name !== undefined) {
      const persona = this.#stored(name).then((credentials) => this.#open(credentials, false));
      this.#opened.set(name, persona);
      persona.catch(() => this.#opened.delete(name)); // told to whoever asked
      return await persona;
    }
    const credentials = generateCredentials(unique(), title, emailDomain ?? DEFAULT_EMAIL_DOMAIN);
    const addressed = emailDomain === undefined ? addressedAt(source, credentials) : Promise.resolve(credentials);
    const persona = addressed.then((complete) => this.#open(complete, true));
    this.#opened.set(credentials.name, persona);
    return await persona;
  }

  async #stored(name: string): Promise<Credentials> {
    const { personas, env, vault, baseUrl, turns } = this.#options;
    if (personas[name]?.exclusive) await turns?.acquire(name);
    const known = vault && (await askVault(vault, name));
    return readCredentials(name, { personas, env, ...(known ? { vault: known } : {}) }, baseUrl);
  }

  async #open(credentials: Credentials, fresh: boolean): Promise<Persona> {
    const { source, runtime, ledger, human, profiles } = this.#options;
    for (const address of [credentials.email, credentials.phone])
      if (address !== undefined) this.#owners.set(address.toLowerCase(), credentials.name);
    const ownerOf = (address: string): string | undefined => this.#ownerOf(address);
    return await Persona.open(credentials, source, runtime, {
      ...{ fresh, ownerOf, ledger, human },
      ...(fresh ? {} : { profiles }),
    });
  }

  /** Every message that came to one of them, oldest first. */
  async received(): Promise<Message[]> {
    const personas = await Promise.all(this.#opened.values());
    const boxes = personas.flatMap(({ inbox, sms }) => [inbox, sms]);
    // A box whose source does not answer has told so to whoever needed a message.
    const messages = await Promise.all(boxes.map((box) => box.messages().catch(() => [])));
    return messages.flat().toSorted((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
  }

  /** Closes every persona, and gives the explanation of every wait that was cut off. */
  async close(): Promise<TwoFactorError[]> {
    const personas = await Promise.all(this.#opened.values());
    return (await Promise.all(personas.map((persona) => persona.close()))).flat();
  }

  /** Whose an address is: one opened here, one of the configuration, or one made for another test. */
  #ownerOf(address: string): string | undefined {
    const { personas, emailDomain = DEFAULT_EMAIL_DOMAIN } = this.#options;
    const opened = this.#owners.get(address.toLowerCase());
    if (opened !== undefined) return `persona "${opened}" of this test`;
    const stored = Object.entries(personas).find(
      ([, { email, phone }]) => address === phone || address.toLowerCase() === email?.toLowerCase(),
    );
    if (stored) return `persona "${stored[0]}"`;
    const title = titleOfFresh(address, emailDomain);
    return title === undefined ? undefined : `a fresh persona of another test, "${title}"`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
