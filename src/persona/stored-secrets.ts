import { readVariableName } from './credential-sources.ts';
import { memberOf, secretsOf } from './members.ts';
import type { Environment, PersonaSettings } from './settings.ts';

/** Secrets in the configuration and in the environment, each with its label. */
export function storedSecrets(
  personas: Readonly<Record<string, PersonaSettings>>,
  env: Environment,
): (readonly [value: string, label: string])[] {
  const configured = Object.entries(personas).flatMap(([name, settings]) => secretsOf(settings, name));
  const given = Object.entries(env).flatMap(([variable, text = '']) => {
    const found = readVariableName(variable);
    const value = found && memberOf(found.member).parse(text);
    return found && value !== undefined ? secretsOf({ [found.member]: value }, found.persona.toLowerCase()) : [];
  });
  return [...configured, ...given];
}
