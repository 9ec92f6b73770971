import { isReference, withoutEscape } from '../secret/references/reference.ts';
import { readVariableName } from './credential-sources.ts';
import { memberOf, secretsInValue, secretsOf } from './members.ts';
import type { Environment, PersonaSettings } from './settings.ts';

/** Secrets in the configuration and in the environment, each with its label. */
export function storedSecrets(
  personas: Readonly<Record<string, PersonaSettings>>,
  env: Environment,
): (readonly [value: string, label: string])[] {
  const configured = Object.entries(personas).flatMap(([name, settings]) => secretsOf(settings, name));
  const given = Object.entries(env).flatMap(([variable, text = '']) => {
    const found = readVariableName(variable);
    // The value of a reference is registered when it is read.
    if (!found || isReference(text)) return [];
    const value = memberOf(found.member).parse(withoutEscape(text));
    return secretsInValue(found.member, value, found.persona.toLowerCase());
  });
  return [...configured, ...given];
}
