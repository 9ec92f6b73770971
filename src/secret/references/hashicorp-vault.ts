import { type ReferenceKind, readField } from './reference.ts';

/**
 * `vault:PATH#FIELD`: a field of a key/value secret of HashiCorp Vault. The path begins with the mount, such as
 * `secret/qa/alice`.
 *
 * @see https://developer.hashicorp.com/vault/docs/commands/kv/get
 */
export const hashicorpVault: ReferenceKind = {
  form: 'vault:MOUNT/PATH, or vault:MOUNT/PATH#FIELD',
  read: async ({ rest, member, run }) => {
    const named = readField(rest);
    if (!named?.path.includes('/')) return undefined;
    return await run({
      name: 'vault kv get',
      program: 'vault',
      // A path with its mount in it fits every version of Vault, and mounts of several parts.
      args: ['kv', 'get', `-field=${named.field ?? member}`, named.path],
      variables: /^VAULT_(?!FORMAT$)/,
      install: 'Install the command line of Vault: https://developer.hashicorp.com/vault/install.',
      advice: 'Check VAULT_ADDR, and sign in with `vault login` or with VAULT_TOKEN.',
    });
  },
};
