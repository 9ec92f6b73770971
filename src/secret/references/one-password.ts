import type { ReferenceKind } from './reference.ts';

/**
 * `op://VAULT/ITEM/FIELD`: a secret reference of 1Password, read by its command line.
 *
 * @see https://developer.1password.com/docs/cli/reference/commands/read
 * @see https://developer.1password.com/docs/cli/environment-variables
 */
export const onePassword: ReferenceKind = {
  form: 'op://VAULT/ITEM/FIELD',
  read: async ({ rest, run }) => {
    if (!/^[^/\s][^/]*(?:\/[^/]+){2,3}$/.test(rest)) return undefined;
    return await run({
      name: 'op read',
      program: 'op',
      args: ['read', '--no-newline', `op://${rest}`],
      // Without OP_DEBUG, which prints what it does, and OP_FORMAT, which changes the output.
      variables: /^OP_(?!DEBUG$|FORMAT$)/,
      install: 'Install the command line of 1Password: https://developer.1password.com/docs/cli/get-started.',
      advice: 'Check the reference, and sign in with `op signin` or with OP_SERVICE_ACCOUNT_TOKEN.',
    });
  },
};
