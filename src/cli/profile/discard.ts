import type { Command } from '../command.ts';
import { profileCommand } from './options.ts';

/** Deletes a saved session. */
export const runDiscard: Command = profileCommand('discard', ['<name>'], async ({ name, store }) => {
  await store.discard(name);
  process.stderr.write(`Deleted the saved session of profile "${name}".\n`);
});
