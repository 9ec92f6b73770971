/** Returns the environment variable of a member of a persona. @param part name of the member, such as `TOTP` */
export function personaVariable(persona: string, part: string): string {
  return `PERSONA_${persona.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}_${part}`;
}
