import { unresolved } from './command.ts';
import type { ReferenceKind } from './reference.ts';

/** `env:NAME`: a variable of the process, or of `.env`. */
export const environmentVariable: ReferenceKind = {
  form: 'env:NAME',
  read: ({ rest, env }) => {
    if (!/^[A-Za-z_]\w*$/.test(rest)) return Promise.resolve(undefined);
    const value = env[rest];
    if (value) return Promise.resolve(value);
    const seen = value === undefined ? 'is not set' : 'is empty';
    return Promise.reject(unresolved(`the variable ${rest} ${seen}. Set it in the environment or in .env.`));
  },
};
