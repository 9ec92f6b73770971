/** Kind of program that a person runs: tests, a job that uses the library, or a command. Errors name settings as it does. */
export type Caller = 'test' | 'job' | 'command';

/** Returns where a caller gives a setting, such as `the option \`folder\` of openPersona()`. */
export function settingOf(caller: Caller, name: string): string {
  if (caller === 'command') return `--${name.replace(/[A-Z]/g, '-$&').toLowerCase()}`;
  return caller === 'job'
    ? `the option \`${name}\` of openPersona()`
    : `\`${name}\` in the settings of withTwoFactor()`;
}
