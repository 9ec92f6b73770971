import { sessionCredentials } from '../../profile/expiry.ts';
import { describeLost } from '../../profile/lost-records.ts';
import type { Command } from '../command.ts';
import { profileCommand, savedOf } from './options.ts';
import { relativeTime } from './times.ts';

/** Shows the credentials of a saved session and their expiry, without the values. */
export const runShow: Command = profileCommand('show', ['<name>'], async (call) => {
  const { savedAt, signedInAt = savedAt, probe, storageState } = await savedOf(call);
  const credentials = sessionCredentials(storageState);
  const lastAlive = await call.lastVerified.of(call.name);
  const passkeys = storageState.credentials?.length ?? 0;
  if (call.flags.json) {
    const shown = {
      name: call.name,
      where: call.store.name,
      signedInAt,
      savedAt,
      probe,
      lastAlive,
      credentials,
      passkeys,
      lost: storageState.lost ?? [],
    };
    process.stdout.write(`${JSON.stringify(shown, undefined, 2)}\n`);
    return;
  }
  const now = Date.now();
  const rows = credentials.map(({ kind, name, at, expires }) => {
    return `  ${kind} ${name} of ${at}: ${relativeTime(now, expires, 'expiry unknown to the client')}`;
  });
  const lines = [
    `${call.name}, in ${call.store.name}`,
    `signed in   ${relativeTime(now, Date.parse(signedInAt), '')} (${signedInAt})`,
    `saved       ${relativeTime(now, Date.parse(savedAt), '')} (${savedAt})`,
    `last alive  ${relativeTime(now, lastAlive, 'never')}`,
    `probe       ${probe ?? 'a function of the configuration'}`,
    `passkeys    ${passkeys}`,
    'credentials',
    ...(rows.length > 0 ? rows : ['  none that look like a session']),
    ...(storageState.lost ? [describeLost(storageState)] : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
});
