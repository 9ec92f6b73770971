import { latestExpiry, sessionCredentials } from '../../profile/expiry.ts';
import { ageOf } from '../../profile/state.ts';
import type { Command } from '../command.ts';
import { type ProfileCall, profileCommand } from './options.ts';
import { span, relativeTime } from './times.ts';

interface Row {
  readonly name: string;
  readonly signedInAt: string;
  readonly age: number;
  readonly expires: number | null;
  readonly lastAlive: number | null;
}

/** Lists how old each saved session is, when its last cookie or token expires, and when it was last found alive. */
export const runList: Command = profileCommand('list', [], async (call) => {
  const now = Date.now();
  const names = await call.store.names();
  const rows = await Promise.all(names.map((name) => rowOf(call, name, now)));
  if (call.flags.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
  else if (names.length === 0) process.stderr.write(`There is no profile in ${call.store.name}.\n`);
  else process.stdout.write(table(rows, now));
});

async function rowOf({ store, lastVerified }: ProfileCall, name: string, now: number): Promise<Row | { name: string }> {
  const saved = await store.read(name);
  if (!saved) return { name };
  return {
    name,
    signedInAt: saved.signedInAt ?? saved.savedAt,
    age: ageOf(saved, now),
    expires: latestExpiry(sessionCredentials(saved.storageState)) ?? null,
    lastAlive: (await lastVerified.of(name)) ?? null,
  };
}

function table(rows: readonly (Row | { name: string })[], now: number): string {
  const cells = rows.map((row) => {
    if (!('age' in row)) return [row.name, 'cannot be read', '', ''];
    const expires = relativeTime(now, row.expires ?? undefined, 'unknown to the client');
    return [row.name, span(row.age), expires, relativeTime(now, row.lastAlive ?? undefined, 'never')];
  });
  const all = [['PROFILE', 'AGE', 'EXPIRES', 'LAST ALIVE'], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
