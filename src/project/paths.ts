import { join, resolve } from 'node:path';

/** Folder of everything that a project keeps: profiles, the ledger, the vault. */
export const FOLDER = '.playwright-2fa';

export interface PathOptions {
  /** Folder of the configuration, where `.env` lies and where relative paths start. */
  readonly root: string;
  /** Folder of what the project keeps. @default '.playwright-2fa' in `root` */
  readonly folder?: string | undefined;
  /** Folder of the vault. @default 'vault' in `folder` */
  readonly vault?: string | undefined;
}

/** Absolute paths of a project. */
export interface ProjectPaths {
  readonly root: string;
  readonly folder: string;
  readonly ledger: string;
  readonly vault: string;
}

export function projectPaths({ root, folder = FOLDER, vault }: PathOptions): ProjectPaths {
  const kept = resolve(root, folder);
  return {
    root: resolve(root),
    folder: kept,
    ledger: join(kept, 'ledger'),
    vault: vault === undefined ? join(kept, 'vault') : resolve(root, vault),
  };
}
