import { callProfile } from './options.ts';

/** Forgets a saved session. */
export async function runDiscard(args: string[]): Promise<void> {
  await callProfile('discard', args, { wantsName: true }, async ({ name, store }) => {
    await store.discard(name);
    process.stderr.write(`Nothing is saved of profile "${name}" any more.\n`);
  });
}
