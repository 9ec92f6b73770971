/** The command was not called as it has to be: exit code 2. */
export class UsageError extends Error {}
