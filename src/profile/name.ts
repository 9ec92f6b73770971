/** Rule for the name of a profile, for errors. */
export const PROFILE_NAME_RULE = 'consist of letters, digits and -_.@, since it names a file';

/** True for a name that a profile may have. It must not begin like an option of the command line. */
export function isProfileName(name: string): boolean {
  return /^[\w@-][\w.@-]*$/.test(name);
}
