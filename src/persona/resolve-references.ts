import { TwoFactorError, reasonOf } from '../core/errors.ts';
import {
  NO_PROGRAM_IN_VAULT,
  isEscaped,
  isReference,
  namesProgram,
  withoutEscape,
} from '../secret/references/reference.ts';
import type { References } from '../secret/references/references.ts';
import { registerSecret } from '../secret/secret.ts';
import type { PersonaRecord, SiteRecord } from '../vault/record.ts';
import { type CredentialSources, configuredName, variableOf } from './credential-sources.ts';
import { MEMBER_NAMES, type MemberName, memberOf, secretsInValue, vaultNameOf } from './members.ts';

/** Opens the reader of references. */
export type OpenReferences = () => Promise<Pick<References, 'read'>>;

/** Member of a persona whose text is a reference, or is marked as no reference. */
export interface ReferringMember {
  readonly persona: string;
  readonly member: MemberName;
  /** Its name in errors, with its place. */
  readonly where: string;
  /** True if it comes from the vault. */
  readonly isStored: boolean;
  readonly text: string;
  /** Puts the value into its place. @param parsed the value as the member has it */
  readonly put: (text: string, parsed: unknown) => void;
}

/** Credential sources whose values are replaced. */
interface Copy {
  readonly sources: CredentialSources;
  readonly members: readonly ReferringMember[];
  /** Returns the members of the persona in the vault: its own, and those of sites. */
  readonly stored: (sites: readonly SiteRecord[]) => readonly ReferringMember[];
  /** URL of the persona, as far as it is resolved. */
  readonly url: () => string | undefined;
}

const IN_VAULT = 'in the vault';

/** Returns the site of a document for the URL of the persona. */
type SelectSite = (record: PersonaRecord, url: string | undefined) => SiteRecord | undefined;

/**
 * Replaces the references of a persona by their values. All are read side by side. Secret values are registered for
 * redaction first.
 *
 * @param selectSite the site in the vault whose references are read. @default all sites
 * @throws TwoFactorError `REFERENCE_UNRESOLVED` with every problem at once
 */
export async function resolveReferences<Sources extends CredentialSources>(
  name: string,
  sources: Sources,
  open: OpenReferences,
  selectSite?: SelectSite,
): Promise<Sources> {
  const { members, stored, url, sources: resolved } = copyOf(name, sources);
  // The URL of the persona selects its site in the vault.
  const urls = members.filter(({ member }) => member === 'url');
  await putValues(name, urls, open);
  const record = sources.vault?.record;
  const site = record && selectSite?.(record, url());
  const sites = record && !selectSite ? record.sites : site ? [site] : [];
  await putValues(name, [...members.filter((one) => !urls.includes(one)), ...stored(sites)], open);
  return { ...sources, ...resolved };
}

/** Returns the members of a persona that are references, those of all its sites included. */
export function referringMembers(name: string, sources: CredentialSources): ReferringMember[] {
  const { members, stored } = copyOf(name, sources);
  return [...members, ...stored(sources.vault?.record?.sites ?? [])].filter(({ text }) => isReference(text));
}

/** Reads a reference, and puts its value into its place. Returns the problem, without the value, if there is one. */
export async function resolveMember(one: ReferringMember, open: OpenReferences): Promise<string | undefined> {
  const { persona, member, where, isStored, text, put } = one;
  if (!isReference(text)) {
    const value = withoutEscape(text);
    put(value, memberOf(member).parse(value));
    return undefined;
  }
  if (isStored && namesProgram(text)) return `${where} is an exec: reference. ${NO_PROGRAM_IN_VAULT}`;
  try {
    const value = await (await open()).read(text, member);
    const parsed = memberOf(member).parse(value);
    for (const [secret, label] of secretsInValue(member, parsed ?? value, persona)) registerSecret(label, secret);
    const problems = parsed === undefined ? ['must be JSON'] : memberOf(member).check(parsed);
    // The value is not shown: it may be another one than the reference was meant for.
    if (problems.length > 0) return `${where} refers to a value that is wrong: ${problems.join(', and ')}`;
    put(value, parsed);
    return undefined;
  } catch (error) {
    if (!(error instanceof TwoFactorError) || error.code !== 'REFERENCE_UNRESOLVED') throw error;
    return `${where} ${reasonOf(error)}`;
  }
}

async function putValues(name: string, members: readonly ReferringMember[], open: OpenReferences): Promise<void> {
  const found = await Promise.all(members.map((one) => resolveMember(one, open)));
  const problems = found.filter((problem) => problem !== undefined);
  if (problems.length === 0) return;
  const list = problems.map((problem) => `\n  - ${problem}`).join('');
  throw new TwoFactorError('REFERENCE_UNRESOLVED', `Persona "${name}" has references without a value:${list}`);
}

function copyOf(name: string, { personas, env, vault, ...others }: CredentialSources): Copy {
  const key = configuredName(name, personas);
  const settings: Partial<Record<string, unknown>> = { ...personas[key ?? ''] };
  const variables = { ...env };
  const record: Record<string, unknown> | undefined = vault?.record && { ...vault.record };
  const configured = referring(name, 'in the configuration', settings, (member) => member);
  const given = MEMBER_NAMES.flatMap((member) => {
    const variable = variableOf(name, member);
    const place = referring(name, 'in the environment', variables, (one) => (one === member ? variable : undefined));
    return place.map((one) => ({
      ...one,
      where: `${variable} in the environment`,
      put: (text: string) => void (variables[variable] = text),
    }));
  });
  return {
    members: [...configured, ...given],
    stored: (chosen) => {
      if (!vault?.record || !record) return [];
      const copies = new Map(chosen.map((site) => [site, { ...site }]));
      record['sites'] = vault.record.sites.map((site) => copies.get(site) ?? site);
      const nameIn = (part: 'persona' | 'site') => (member: MemberName) =>
        memberOf(member).vault === part ? vaultNameOf(member) : undefined;
      const sites = [...copies.values()].flatMap((site) => referring(name, IN_VAULT, site, nameIn('site')));
      return [...referring(name, IN_VAULT, record, nameIn('persona')), ...sites];
    },
    url: () => (settings['url'] ?? variables[variableOf(name, 'url')]) as string | undefined,
    sources: {
      ...others,
      personas: key === undefined ? personas : { ...personas, [key]: settings },
      env: variables,
      ...(vault ? { vault: { ...vault, record: record as typeof vault.record } } : {}),
    },
  };
}

/** Members of one place that are references, or marked as none. @param keyOf name of a member there, if it is there */
function referring(
  persona: string,
  place: string,
  values: Partial<Record<string, unknown>>,
  keyOf: (member: MemberName) => string | undefined,
): ReferringMember[] {
  return MEMBER_NAMES.flatMap((member) => {
    const key = keyOf(member);
    const text = key === undefined ? undefined : values[key];
    if (key === undefined || !(isReference(text) || isEscaped(text))) return [];
    const put = (_: string, parsed: unknown): void => void (values[key] = parsed);
    const isStored = place === IN_VAULT;
    return [{ persona, member, where: `\`${member}\` ${place}`, isStored, text, put }];
  });
}
