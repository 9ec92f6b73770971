import { Project } from '../project/project.ts';

interface Flags {
  readonly folder?: string | undefined;
  readonly ledger?: string | undefined;
  readonly vault?: string | undefined;
}

/** Project of a command: that of its flags, else of the environment, else of the current folder. */
export function calledProject({ folder, ledger, vault }: Flags): Project {
  const settings = {
    ...(folder === undefined ? {} : { folder }),
    ...(ledger === undefined ? {} : { ledger }),
    ...(vault === undefined ? {} : { vault }),
  };
  return new Project({ root: process.cwd(), settings });
}
