import { PROFILE_NAME_RULE, isProfileName } from './name.ts';
import { suggest } from '../core/suggest.ts';
import type { ProfileSettingsOf } from './settings.ts';

type ProfileSettings = ProfileSettingsOf<never>;

const MEMBERS = [
  'personaName',
  'signIn',
  'refresh',
  'url',
  'probe',
  'maxAge',
  'maxUses',
  'rotate',
  'trustDevice',
  'isolate',
] as const satisfies (keyof ProfileSettings)[];

/**
 * Returns every problem of the profiles in a configuration.
 *
 * @param options `skipsProbes`: true to leave out the problem of a probe, which concerns only the users of the profile,
 *   unless the profile has another problem as well
 */
export function checkProfileSettings(
  profiles: Readonly<Record<string, ProfileSettings>>,
  { skipsProbes = false }: { readonly skipsProbes?: boolean } = {},
): string[] {
  return Object.entries(profiles).flatMap(([name, profile]) => {
    const others = [
      ...unknownMembers(name, profile),
      ...functionProblems(name, profile),
      ...limitProblems(name, profile),
      ...nameProblems(name),
    ];
    return skipsProbes && others.length === 0 ? [] : [...others, ...probeProblems(name, profile)];
  });
}

function nameProblems(name: string): string[] {
  return isProfileName(name) ? [] : [`the name of profile "${name}" must ${PROFILE_NAME_RULE}`];
}

function unknownMembers(name: string, profile: ProfileSettings): string[] {
  const unknown = Object.keys(profile).filter((key) => !(MEMBERS as readonly string[]).includes(key));
  return unknown.map((key) => `profile "${name}" has no member "${key}". ${suggest(key, MEMBERS)}`);
}

function functionProblems(name: string, { signIn, refresh }: ProfileSettings): string[] {
  const problems: string[] = [];
  if (signIn !== undefined && signIn !== false && typeof signIn !== 'function')
    problems.push(
      `\`signIn\` of profile "${name}" must be an async function ({ page, persona }) that signs in; or leave it out`,
    );
  if (refresh !== undefined && typeof refresh !== 'function')
    problems.push(`\`refresh\` of profile "${name}" must be an async function ({ page, request })`);
  return problems;
}

/** Returns the problem of the probe of a profile, if there is one. */
export function probeProblems(name: string, { probe }: ProfileSettings): string[] {
  return isProbe(probe)
    ? []
    : [
        `profile "${name}" needs a \`probe\`: a URL that only a signed-in user may see, { page, visible }, or a function`,
      ];
}

function limitProblems(name: string, { maxAge, maxUses, rotate, trustDevice, isolate }: ProfileSettings): string[] {
  const problems: string[] = [];
  if (maxAge !== undefined && !(maxAge > 0))
    problems.push(`\`maxAge\` of profile "${name}" must be a number of milliseconds above 0, but is ${maxAge}`);
  if (maxUses !== undefined && !(Number.isInteger(maxUses) && maxUses > 0))
    problems.push(`\`maxUses\` of profile "${name}" must be a whole number above 0, but is ${maxUses}`);
  if (isolate && (rotate || trustDevice || maxAge !== undefined || maxUses !== undefined))
    problems.push(
      `profile "${name}" is isolated, so nothing is saved: leave out \`rotate\`, \`trustDevice\`, \`maxAge\` and \`maxUses\``,
    );
  return problems;
}

function isProbe(probe: unknown): boolean {
  if (typeof probe === 'string' || typeof probe === 'function') return true;
  const { page, visible } = (probe ?? {}) as { page?: unknown; visible?: unknown };
  return typeof page === 'string' && typeof visible === 'string';
}
