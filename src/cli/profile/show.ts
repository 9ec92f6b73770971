import { sessionCredentials } from '../../profile/expiry.ts';
import { callProfile, savedOf } from './options.ts';
import { toldFrom } from './times.ts';

/** Shows what a saved session lets in with, and until when, without the values. */
export async function runShow(args: string[]): Promise<void> {
  await callProfile('show', args, { wantsName: true }, async (call) => {
    const { savedAt, signedInAt = savedAt, probe, storageState } = await savedOf(call);
    const passes = sessionCredentials(storageState);
    const lastAlive = await call.lastVerified.of(call.name);
    const passkeys = storageState.credentials?.length ?? 0;
    if (call.flags['json']) {
      const told = { name: call.name, where: call.store.name, signedInAt, savedAt, probe, lastAlive, passes, passkeys };
      process.stdout.write(`${JSON.stringify(told, undefined, 2)}\n`);
      return;
    }
    const now = Date.now();
    const rows = passes.map(({ kind, name, at, expires }) => {
      return `  ${kind} ${name} of ${at}: ${toldFrom(now, expires, 'only the site knows until when')}`;
    });
    const lines = [
      `${call.name}, in ${call.store.name}`,
      `signed in   ${toldFrom(now, Date.parse(signedInAt), '')} (${signedInAt})`,
      `saved       ${toldFrom(now, Date.parse(savedAt), '')} (${savedAt})`,
      `last alive  ${toldFrom(now, lastAlive, 'never')}`,
      `probe       ${probe ?? 'a function of the configuration'}`,
      `passkeys    ${passkeys}`,
      'lets in by',
      ...(rows.length > 0 ? rows : ['  nothing that looks like a session']),
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
  });
}
