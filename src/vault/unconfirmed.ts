import type { PersonaRecord, RecordMembers, SiteRecord, UnconfirmedChange } from './record.ts';

/** Members of a document that belong to the persona, not to one of its sites. */
const OF_PERSONA: ReadonlySet<string> = new Set(['email', 'phone']);

/** Adds a change to a site, beside its old values. */
export function proposeChange(site: SiteRecord, change: UnconfirmedChange): SiteRecord {
  return { ...site, unconfirmed: [...changesOf(site).filter(({ id }) => id !== change.id), change] };
}

/** Returns the changes of a site that its next sign-in tries: those that it has not refused, oldest first. */
export function pendingChanges(site: SiteRecord): readonly UnconfirmedChange[] {
  return changesOf(site).filter(({ isRefused }) => !isRefused);
}

/** Returns the changes that a site has refused, and that are kept until it accepts another value. */
export function refusedChanges(site: SiteRecord): readonly UnconfirmedChange[] {
  return changesOf(site).filter(({ isRefused }) => isRefused);
}

/** Marks a change as refused, so that no sign-in tries it again. */
export function refuseChange(site: SiteRecord, id: string): SiteRecord {
  const unconfirmed = changesOf(site).map((change): UnconfirmedChange =>
    change.id === id ? { ...change, isRefused: true } : change,
  );
  return { ...site, unconfirmed };
}

/** Drops a change. The old values stay, and passkeys are kept. */
export function withdrawChange(site: SiteRecord, id: string): SiteRecord {
  const { unconfirmed: _, ...rest } = site;
  const left = changesOf(site).filter((change) => change.id !== id);
  return left.length > 0 ? { ...rest, unconfirmed: left } : rest;
}

/** Sets members that a person knows to be right. Older changes of them are dropped. */
export function setMembers(site: SiteRecord, members: RecordMembers): SiteRecord {
  const { unconfirmed: _, ...rest } = site;
  const left = changesOf(site).flatMap((change) => {
    const others = pick(
      change.members,
      Object.keys(change.members).filter((name) => !Object.hasOwn(members, name)),
    );
    return Object.keys(others).length > 0 ? [{ ...change, members: others }] : [];
  });
  return { ...rest, ...members, ...(left.length > 0 ? { unconfirmed: left } : {}) };
}

/**
 * Replaces the old values of a site by those of a change. Works also if the change is not in the record any more.
 *
 * @param outside old values that the configuration or the environment has, which the new ones replace
 */
export function confirmChange(
  record: PersonaRecord,
  siteName: string,
  { id, members }: Pick<UnconfirmedChange, 'id' | 'members'>,
  outside: RecordMembers = {},
): PersonaRecord {
  const [ofPersona, ofSite] = splitMembers(members);
  const sites = record.sites.map((site) => {
    if (site.name !== siteName) return site;
    const withdrawn = withdrawChange(site, id);
    const replaced = { ...withdrawn.replaced, ...pick(outside, Object.keys(members)) };
    const confirmed = { ...withdrawn, ...mergeMembers(withdrawn, ofSite) };
    return Object.keys(replaced).length > 0 ? { ...confirmed, replaced } : confirmed;
  });
  return { ...record, ...ofPersona, sites };
}

/** Replaces members by newer ones. Passkeys are added: both sets are registered at the site. */
export function mergeMembers(old: RecordMembers, members: RecordMembers): RecordMembers {
  if (!Array.isArray(members['passkeys'])) return { ...old, ...members };
  const passkeys = new Map<unknown, unknown>();
  for (const one of [old['passkeys'] ?? [], members['passkeys']].flat())
    passkeys.set((one as { readonly id?: unknown }).id, one);
  return { ...old, ...members, passkeys: [...passkeys.values()] };
}

function splitMembers(members: RecordMembers): readonly [ofPersona: RecordMembers, ofSite: RecordMembers] {
  const names = Object.keys(members);
  const isOfPersona = (name: string): boolean => OF_PERSONA.has(name);
  return [
    pick(members, names.filter(isOfPersona)),
    pick(
      members,
      names.filter((name) => !isOfPersona(name)),
    ),
  ];
}

function pick(members: RecordMembers, names: readonly string[]): RecordMembers {
  return Object.fromEntries(names.flatMap((name) => (Object.hasOwn(members, name) ? [[name, members[name]]] : [])));
}

function changesOf({ unconfirmed = [] }: SiteRecord): readonly UnconfirmedChange[] {
  return unconfirmed;
}
