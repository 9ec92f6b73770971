import { randomUUID } from 'node:crypto';
import { TwoFactorError } from '../core/errors.ts';
import type { Runtime } from '../core/runtime.ts';
import { formatSeed } from '../otp/seed.ts';
import type { CredentialKeeper, LearnedMembers, ProposedChange } from '../sign-in/credential-keeper.ts';
import { type PersonaRecord, type RecordMembers, type SiteRecord, type UnconfirmedChange } from '../vault/record.ts';
import { hostOf } from '../vault/site.ts';
import {
  confirmChange,
  pendingChanges,
  proposeChange,
  refuseChange,
  refusedChanges,
  withdrawChange,
} from '../vault/unconfirmed.ts';
import type { Account } from './account.ts';
import { credentialsWith, registerLearned, toRecordMembers } from './learned-members.ts';
import type { PersonaSite } from './persona-site.ts';
import type { PersonaSites } from './persona-sites.ts';
import type { PersonaStore } from './persona-store.ts';

/** Changes of a site that have ended. */
export interface Settlement {
  readonly confirmed: readonly UnconfirmedChange[];
  readonly withdrawn: readonly UnconfirmedChange[];
}

export interface PersonaKeeperOptions {
  readonly sites: PersonaSites;
  readonly store: PersonaStore;
  /** The document as it was read. */
  readonly record: PersonaRecord;
  readonly runtime: Runtime;
}

/**
 * Keeps what a persona learns in its document: in the vault, or in memory. New values are beside the old ones until the site has
 * accepted them.
 */
export class PersonaKeeper implements CredentialKeeper {
  readonly #sites: PersonaSites;
  readonly #runtime: Runtime;
  readonly #turns = new Set<() => Promise<void>>();
  readonly #accounts = new Set<string>();
  #store: PersonaStore;
  #record: PersonaRecord;

  constructor({ sites, store, record, runtime }: PersonaKeeperOptions) {
    this.#sites = sites;
    this.#store = store;
    this.#record = record;
    this.#runtime = runtime;
    for (const site of sites.all) this.#apply(site);
  }

  /** Origins at which the persona has set a password that the site has accepted. */
  get accounts(): readonly string[] {
    return [...this.#accounts];
  }

  /** The document, with all changes. */
  get record(): PersonaRecord {
    return this.#record;
  }

  async propose(origin: string, members: LearnedMembers): Promise<ProposedChange> {
    const site = this.#siteAt(origin);
    const release = await this.#beginChange(site.account);
    try {
      const change = await this.learn(site, members, origin);
      return this.#proposed(site, change, release, origin);
    } catch (error) {
      await release();
      throw error;
    }
  }

  /** Writes new members down, as `propose()`. The next sign-in shows whether the site has accepted them. */
  async learn(site: PersonaSite, members: LearnedMembers, origin?: string): Promise<UnconfirmedChange> {
    registerLearned(members, this.#record.persona);
    const change: UnconfirmedChange = {
      id: randomUUID(),
      at: new Date(this.#runtime.now()).toISOString(),
      members: toRecordMembers(members),
    };
    await this.#change(site, (record, name) => onSite(record, name, (one) => proposeChange(one, change)), origin);
    return change;
  }

  /** Replaces members of a site without a change that could fail, such as for a new site. */
  async set(site: PersonaSite, members: LearnedMembers): Promise<void> {
    registerLearned(members, this.#record.persona);
    const change = { id: '', members: toRecordMembers(members) };
    await this.#change(site, (record, name) => confirmChange(record, name, change));
  }

  /** Changes of a site that its next sign-in tries, oldest first. */
  pending(site: PersonaSite): readonly UnconfirmedChange[] {
    const record = this.#recordOf(site);
    return record ? pendingChanges(record) : [];
  }

  /** Changes that a site has refused, before it has accepted another value. */
  refused(site: PersonaSite): readonly UnconfirmedChange[] {
    const record = this.#recordOf(site);
    return record ? refusedChanges(record) : [];
  }

  /** Reads what other workers have written. Costs nothing if there is nothing new. */
  async refresh(): Promise<void> {
    const record = await this.#store.refresh();
    if (!record) return;
    this.#record = record;
    for (const site of this.#sites.all) this.#apply(site);
  }

  /** Records that a site has refused a change. The persona uses the older values from now on. */
  async refuse(site: PersonaSite, { id }: UnconfirmedChange): Promise<void> {
    await this.#change(site, (record, name) => onSite(record, name, (one) => refuseChange(one, id)));
  }

  /** Ends changes of which a sign-in has shown whether the site had accepted them. */
  async settle(site: PersonaSite, { confirmed, withdrawn }: Settlement): Promise<void> {
    if (confirmed.length + withdrawn.length === 0) return;
    await this.#change(site, (record, name) => {
      // A passkey that is registered at the site signs in, whatever became of the rest of its change.
      const passkeys = withdrawn.flatMap(({ id, members: { passkeys } }) =>
        passkeys ? [{ id, members: { passkeys } }] : [],
      );
      const kept = [...passkeys, ...confirmed].reduce(
        (all, change) => confirmChange(all, name, change, this.#outside(site, change.members)),
        record,
      );
      return onSite(kept, name, (one) => withdrawn.reduce((all, { id }) => withdrawChange(all, id), one));
    });
  }

  /** True if the document outlives the process. */
  async isKept(): Promise<boolean> {
    return await this.#store.isKept();
  }

  /** Moves the document to another place, which has it already. */
  moveTo(store: PersonaStore, record: PersonaRecord): void {
    this.#store = store;
    this.#record = record;
  }

  /** Lets other workers sign in and change credentials again. Changes that were not ended stay unconfirmed. */
  async close(): Promise<void> {
    await Promise.all([...this.#turns].map((release) => release()));
  }

  #proposed(
    site: PersonaSite,
    change: UnconfirmedChange,
    release: () => Promise<void>,
    origin: string,
  ): ProposedChange {
    let isEnded = false;
    const end = async (work?: (record: PersonaRecord, name: string) => PersonaRecord): Promise<void> => {
      if (isEnded) return;
      isEnded = true;
      try {
        if (work) await this.#change(site, work);
      } catch (error) {
        isEnded = false;
        throw error;
      } finally {
        await release();
      }
    };
    return {
      confirm: async () => {
        await end((record, name) => confirmChange(record, name, change, this.#outside(site, change.members)));
        if ('password' in change.members) this.#accounts.add(origin);
      },
      withdraw: () => end((record, name) => onSite(record, name, (one) => withdrawChange(one, change.id))),
      leave: () => end(),
    };
  }

  async #change(
    site: PersonaSite,
    work: (record: PersonaRecord, siteName: string) => PersonaRecord,
    origin?: string,
  ): Promise<void> {
    const change = (record: PersonaRecord): PersonaRecord => {
      const [withSite, name] = ensureSite(record, site, site.learnsOrigins ? origin : undefined);
      site.recordName = name;
      return work(withSite, name);
    };
    // A stored persona whose secrets may go nowhere has no place in the vault.
    const isHomeless = site.origins.length === 0 && !site.learnsOrigins;
    this.#record = isHomeless ? change(this.#record) : await this.#store.update(change);
    for (const one of this.#sites.all) this.#apply(one);
  }

  /** Gives a site the members that the document has. */
  #apply(site: PersonaSite): void {
    const record = this.#recordOf(site);
    if (record) site.use(credentialsWith(site.base, this.#record, record));
  }

  #recordOf({ recordName }: PersonaSite): SiteRecord | undefined {
    return this.#record.sites.find(({ name }) => name === recordName);
  }

  /** Old values that the document does not have, by their names in the vault. */
  #outside(site: PersonaSite, members: RecordMembers): RecordMembers {
    const { password, username, email, phone, totp, recoveryCodes, passkeys } = site.base;
    const known: RecordMembers = { ...this.#recordOf(site), email: this.#record.email, phone: this.#record.phone };
    const otp = totp && 'key' in totp ? formatSeed(totp, site.base.name) : undefined;
    const values: RecordMembers = {
      password: password?.reveal(),
      username,
      email,
      phone,
      otp,
      recoveryCodes,
      passkeys,
    };
    return Object.fromEntries(
      Object.entries(values).filter(
        ([name, value]) =>
          value !== undefined && name in members && known[name] === undefined && members[name] !== value,
      ),
    );
  }

  /** @throws TwoFactorError `ORIGIN_REFUSED` if the persona has no site there */
  #siteAt(origin: string): PersonaSite {
    const listed = this.#sites.listing(origin);
    if (listed) return listed;
    const { primary } = this.#sites;
    if (primary.origins.length === 0) return primary;
    const name = this.#record.persona;
    const text = `Nothing that ${name} learns at ${origin} is kept, because none of its sites lists this origin (${primary.origins.join(' ')}). If it is a site of its own, call \`persona.addCredentials('${origin}')\` first. If it belongs to a site of the persona, add it to the \`origins\` of the site.`;
    throw new TwoFactorError('ORIGIN_REFUSED', text);
  }

  async #beginChange(account: Account | undefined): Promise<() => Promise<void>> {
    const turn = await account?.beginChange();
    const release = async (): Promise<void> => {
      this.#turns.delete(release);
      await turn?.release();
    };
    this.#turns.add(release);
    return release;
  }
}

/** Returns the record with a site for a persona's members, and the name of the site. */
function ensureSite(record: PersonaRecord, site: PersonaSite, origin: string | undefined): [PersonaRecord, string] {
  const own = origin !== undefined && /^https?:/.test(origin) ? [origin] : [];
  const origins = site.origins.length > 0 ? site.origins : own;
  const found =
    record.sites.find(({ name }) => name === site.recordName) ??
    (site.recordName === undefined
      ? record.sites.find((one) => one.origins.some((listed) => origins.includes(listed)))
      : undefined);
  if (found) {
    const missing = site.origins.length > 0 ? [] : own.filter((one) => !found.origins.includes(one));
    if (missing.length === 0) return [record, found.name];
    const changed = { ...found, origins: [...found.origins, ...missing] };
    return [{ ...record, sites: record.sites.map((one) => (one === found ? changed : one)) }, found.name];
  }
  const name = site.recordName ?? freeName(record, origins[0] === undefined ? 'site' : hostOf(origins[0]));
  return [{ ...record, sites: [...record.sites, { name, origins }] }, name];
}

function freeName({ sites }: PersonaRecord, wanted: string): string {
  const isTaken = (name: string): boolean => sites.some((site) => site.name === name);
  let name = wanted;
  for (let number = 2; isTaken(name); number++) name = `${wanted} ${number}`;
  return name;
}

function onSite(record: PersonaRecord, name: string, change: (site: SiteRecord) => SiteRecord): PersonaRecord {
  return { ...record, sites: record.sites.map((site) => (site.name === name ? change(site) : site)) };
}
