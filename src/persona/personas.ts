import type { TwoFactorError } from '../core/errors.ts';
import type { HumanSettings } from '../human/settings.ts';
import type { OpenLedger } from '../ledger/ledger.ts';
import type { ReceivedMessage } from '../inbox/search.ts';
import type { PasskeySettings } from '../passkey/passkey-device.ts';
import type { ProfileServices } from '../profile/opened-profile.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Source } from '../sources/source.ts';
import { originsOf } from './credentials.ts';
import type { Environment, PersonaSettings } from './settings.ts';
import {
  DEFAULT_EMAIL_DOMAIN,
  freshPersona,
  generateCredentials,
  titleOfGenerated,
  withSourceAddress,
} from './generate.ts';
import { closed } from './errors.ts';
import { Lifetime } from './lifetime.ts';
import { Persona } from './persona.ts';
import type { ExclusivePersonas } from './exclusive-personas.ts';
import { Disposal, type DisposalResult } from './disposal.ts';
import { type PersonaSaver, type UnopenedPersona, credentialsOf } from './open-options.ts';
import { personaSaver } from './persona-saver.ts';
import { type LazyVault, MemoryStore, VaultStore } from './persona-store.ts';
import type { OpenReferences } from './resolve-references.ts';
import { type PersonaVault, readStoredPersona } from './stored-credentials.ts';

export interface PersonasOptions {
  readonly personas: Readonly<Record<string, PersonaSettings>>;
  readonly env: Environment;
  /** Vault with stored personas. */
  readonly vault?: PersonaVault | undefined;
  /** Vault to save personas in. */
  readonly savingVault?: LazyVault | undefined;
  /** 'auto' saves what named personas learn. @default 'never' */
  readonly save?: 'auto' | 'never' | undefined;
  /** Opens the reader of references. */
  readonly references?: OpenReferences | undefined;
  readonly source: Source;
  /** Ledger of the codes and messages that other tests may claim, too. */
  readonly ledger?: OpenLedger | undefined;
  readonly runtime: Runtime;
  /** Settings for requests to a person. @default nobody is asked */
  readonly human?: HumanSettings | undefined;
  /** Device that answers passkey prompts. @default Playwright's */
  readonly passkey?: PasskeySettings | undefined;
  /** The site under test. */
  readonly baseUrl?: string | undefined;
  /** Origins for the secrets of generated personas. @default the origin of `baseUrl`, else what the test opens */
  readonly origins?: readonly string[] | undefined;
  /** Country of numbers without a country code. @default such a number is an error */
  readonly defaultCountry?: string | undefined;
  /** @default 'persona.test' */
  readonly emailDomain?: string | undefined;
  /** Purpose of generated personas: the readable part of their addresses. */
  readonly title: string;
  /** Text that the people of sign-ups are made from. The same text makes the same people. @default `title` */
  readonly seed?: string | undefined;
  /** Returns a new unique name of lower-case letters, digits and dots. Called once for each generated persona. */
  readonly unique: () => string;
  /** Exclusive leases on personas. The owner of this object releases them. */
  readonly exclusive?: ExclusivePersonas | undefined;
  /** Store for the sessions of stored personas. */
  readonly profiles?: (() => Promise<ProfileServices>) | undefined;
  /** Called when a persona is closed. */
  readonly onClose?: () => Promise<void>;
}

/** Opens personas, and closes all that it has opened. */
export class Personas {
  readonly #options: PersonasOptions;
  readonly #opened = new Map<string, Promise<Persona>>();
  /** By address. */
  readonly #owners = new Map<string, string>();
  readonly #disposal = new Disposal();
  readonly #saver: PersonaSaver;
  #isClosed = false;
  /** Number of personas opened: each is another person. */
  #count = 0;

  constructor(options: PersonasOptions) {
    this.#options = options;
    this.#saver = personaSaver(options.savingVault, options);
  }

  /**
   * Opens a stored persona, or without a name a newly generated one. The same name returns the same persona.
   *
   * @throws TwoFactorError `PERSONA_UNKNOWN`, `SETTINGS_INVALID`, `REFERENCE_UNRESOLVED` or `PERSONA_CLOSED`
   * @example
   * const bob = await personas.open('bob');
   */
  async open(name?: string): Promise<Persona> {
    if (this.#isClosed) throw closed();
    const { emailDomain, source, title, unique, origins, baseUrl } = this.#options;
    const opened = name === undefined ? undefined : this.#opened.get(name);
    if (opened) return await opened;
    if (name !== undefined) {
      const persona = this.#stored(name).then((stored) => this.#open(stored, false));
      this.#opened.set(name, persona);
      persona.catch(() => this.#opened.delete(name)); // The caller gets the error.
      return await persona;
    }
    const generated = generateCredentials(unique(), title, emailDomain ?? DEFAULT_EMAIL_DOMAIN);
    const bound = origins ?? originsOf(baseUrl);
    const credentials = bound.length > 0 ? { ...generated, origins: bound } : generated;
    const addressed = emailDomain === undefined ? withSourceAddress(source, credentials) : Promise.resolve(credentials);
    const persona = addressed.then((complete) => this.#open(freshPersona(complete), true));
    this.#opened.set(credentials.name, persona);
    return await persona;
  }

  async #stored(name: string): Promise<UnopenedPersona> {
    const { personas, env, vault, references, savingVault, save = 'never', defaultCountry } = this.#options;
    const { baseUrl, exclusive, runtime } = this.#options;
    if (personas[name]?.exclusive) await exclusive?.acquire(name);
    const sources = { personas, env, vault, references, defaultCountry, caller: runtime.caller };
    // Before the document is read, so that a change meanwhile is noticed.
    const version = await vault?.version(name);
    const stored = await readStoredPersona(name, sources, baseUrl);
    const isSaved = savingVault !== undefined && save === 'auto';
    const store = isSaved ? new VaultStore(savingVault, stored.record, version) : new MemoryStore(stored.record);
    return { ...stored, store };
  }

  async #open(persona: UnopenedPersona, fresh: boolean): Promise<Persona> {
    const { name } = persona;
    const { email, phone } = credentialsOf(persona);
    const { source, runtime, ledger, human, passkey, profiles, onClose, baseUrl, personas, title } = this.#options;
    const seed = `${this.#options.seed ?? title} ${this.#count++}`;
    for (const address of [email, phone]) if (address !== undefined) this.#owners.set(address.toLowerCase(), name);
    const ownerOf = (address: string): string | undefined => this.#ownerOf(address);
    const lifetime = new Lifetime(name);
    const opened = await Persona.open(persona, lifetime.source(source), lifetime.runtime(runtime), {
      ...{ fresh, ownerOf, human, passkey, application: originsOf(baseUrl)[0], save: this.#saver, seed },
      renewsPassword: !fresh && personas[name]?.renewPassword === true,
      dispose: () => this.#disposal.of(opened),
      ...(ledger ? { ledger: lifetime.ledger(ledger) } : {}),
      onClose: async () => {
        await onClose?.();
        lifetime.end();
      },
      ...(fresh ? {} : { profiles }),
    });
    if (fresh) this.#disposal.add(opened);
    return opened;
  }

  /**
   * Registers a function that deletes the account of a persona. It runs at the end of the test, also of one that failed, for
   * each new persona that was not saved; or earlier with `persona.dispose()`.
   *
   * @example
   * personas.onDispose(async ({ email }) => {
   *   await fetch(`${baseURL}/api/test/users/${email}`, { method: 'DELETE' });
   * });
   */
  onDispose(remove: (persona: Persona) => unknown): void {
    this.#disposal.onDispose(remove);
  }

  /** Runs the functions of `onDispose()`. Returns the accounts that the personas have made. @internal */
  async dispose(): Promise<DisposalResult> {
    return await this.#disposal.all();
  }

  /** Returns every message that came to one of them, oldest first, and what the waits made of it. */
  async received(): Promise<ReceivedMessage[]> {
    const personas = await Promise.all(this.#opened.values());
    const boxes = personas.flatMap(({ inbox, sms }) => [inbox, sms]);
    // If a source does not answer, the test that waited for a message got the error.
    const messages = await Promise.all(boxes.map((box) => box.received().catch(() => [])));
    return messages.flat().toSorted((a, b) => a.message.receivedAt.getTime() - b.message.receivedAt.getTime());
  }

  /** Closes every persona. Returns the error of every wait that was cut off. */
  async close(): Promise<TwoFactorError[]> {
    this.#isClosed = true;
    const personas = await Promise.all(this.#opened.values());
    return (await Promise.all(personas.map((persona) => persona.close()))).flat();
  }

  /** Owner of an address: a persona opened here, one of the configuration, or one generated for another test. */
  #ownerOf(address: string): string | undefined {
    const { personas, emailDomain = DEFAULT_EMAIL_DOMAIN } = this.#options;
    const opened = this.#owners.get(address.toLowerCase());
    if (opened !== undefined) return `persona "${opened}" of this test`;
    const stored = Object.entries(personas).find(
      ([, { email, phone }]) => address === phone || address.toLowerCase() === email?.toLowerCase(),
    );
    if (stored) return `persona "${stored[0]}"`;
    const title = titleOfGenerated(address, emailDomain);
    return title === undefined ? undefined : `a new persona of another test or hook, "${title}"`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
