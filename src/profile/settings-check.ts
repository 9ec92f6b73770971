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
  'isolate',
] as const satisfies (keyof ProfileSettings)[];

/** All that is wrong with the profiles of a configuration. */
export function checkProfileSettings(profiles: Readonly<Record<string, ProfileSettings>>): string[] {
  return Object.entries(profiles).flatMap(([name, profile]) => [
    ...strangeMembers(name, profile),
    ...functionProblems(name, profile),
    ...limitProblems(name, profile),
    ...(/^[\w.@-]+$/.test(name) && !name.startsWith('.')
      ? []
      : [`profile "${name}": its name becomes a file's, so use letters, digits and -_.@`]),
  ]);
}

function strangeMembers(name: string, profile: ProfileSettings): string[] {
  const strange = Object.keys(profile).filter((key) => !(MEMBERS as readonly string[]).includes(key));
  return strange.map((key) => `profile "${name}" has no member "${key}". ${suggest(key, MEMBERS)}`);
}

function functionProblems(name: string, { signIn, refresh, probe }: ProfileSettings): string[] {
  const problems: string[] = [];
  if (signIn !== undefined && signIn !== false && typeof signIn !== 'function')
    problems.push(
      `\`signIn\` of profile "${name}" is no function: give an async one ({ page, persona }) that signs in, or leave it out`,
    );
  if (refresh !== undefined && typeof refresh !== 'function')
    problems.push(`\`refresh\` of profile "${name}" is no function: give an async one ({ page, request })`);
  if (!isProbe(probe))
    problems.push(
      `profile "${name}" has no \`probe\`: give a URL that only a signed-in user may see, { page, visible }, or a function`,
    );
  return problems;
}

function limitProblems(name: string, { maxAge, maxUses, rotate, isolate }: ProfileSettings): string[] {
  const problems: string[] = [];
  if (maxAge !== undefined && !(maxAge > 0))
    problems.push(`\`maxAge\` of profile "${name}" is ${maxAge}: give a number of milliseconds above 0`);
  if (maxUses !== undefined && !(Number.isInteger(maxUses) && maxUses > 0))
    problems.push(`\`maxUses\` of profile "${name}" is ${maxUses}: give a whole number above 0`);
  if (isolate && (rotate || maxAge !== undefined || maxUses !== undefined))
    problems.push(
      `profile "${name}" is isolated, so nothing of it is saved: leave out \`rotate\`, \`maxAge\` and \`maxUses\``,
    );
  return problems;
}

function isProbe(probe: unknown): boolean {
  if (typeof probe === 'string' || typeof probe === 'function') return true;
  const { page, visible } = (probe ?? {}) as { page?: unknown; visible?: unknown };
  return typeof page === 'string' && typeof visible === 'string';
}
