import { randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TwoFactorError, reasonOf } from '../../core/errors.ts';
import type { MessageStore } from '../store.ts';
import { ClaimsFile } from './claims-file.ts';
import { Disk, type Numbers } from './disk.ts';
import { isMissing, replaceFlushed } from './files.ts';
import { lockFolder } from './folder-lock.ts';
import { decodeKept } from './kept-file.ts';

/** Parts of the folder, each with the kind of its messages. `cur` is where a mail reader moves what it has shown. */
const PARTS = [
  ['email', 'mail/new'],
  ['email', 'mail/cur'],
  ['sms', 'sms/new'],
] as const;
const DRAFTS = ['mail/tmp', 'sms/tmp'] as const;
/** All folders, parents first. */
const FOLDERS = ['mail', 'sms', ...DRAFTS, ...PARTS.map(([, path]) => path)];
/** Names of the sink in its folder. */
const OWN = /^(?:mail|sms|(?:sink\.json|claims\.jsonl)(?:\.draft)?|lock\..+)$/;
const SEQ = /\.Q(\d+)\./;

/**
 * Opens the folder of a sink.
 *
 * @param tell is called with problems that do not end the sink
 * @throws TwoFactorError `SINK_START_FAILED` if it is in use, or not a folder of a sink
 */
export function openDisk(folder: string, tell: (problem: string) => void): Disk {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    checkOwn(folder);
    chmodSync(folder, 0o700);
    const unlock = lockFolder(folder);
    try {
      const numbers = readNumbers(folder);
      for (const part of FOLDERS) mkdirSync(join(folder, part), { recursive: true, mode: 0o700 });
      for (const part of DRAFTS) removeDrafts(join(folder, part));
      return new Disk(folder, numbers, new ClaimsFile(join(folder, 'claims.jsonl'), tell), unlock);
    } catch (error) {
      unlock();
      throw error;
    }
  } catch (error) {
    const message = `The sink cannot keep its messages in ${folder}: ${reasonOf(error)}. Choose an empty folder, or the folder of a sink that has ended, with --data.`;
    throw new TwoFactorError('SINK_START_FAILED', message, { cause: error });
  }
}

/** @throws Error if the folder, or a part of it, is not of a sink. A part that is a link may lead to other files. */
function checkOwn(folder: string): void {
  const names = readdirSync(folder);
  const foreign = names.find((name) => !OWN.test(name));
  if (foreign !== undefined) throw new Error(`it contains "${foreign}", which is not of a sink`);
  const hasMessages = names.includes('mail') || names.includes('sms');
  if (hasMessages && !names.includes('sink.json')) throw new Error('it is not empty, and has no sink.json');
  for (const part of FOLDERS) {
    const entry = lstatSync(join(folder, part), { throwIfNoEntry: false });
    if (entry && !entry.isDirectory()) throw new Error(`"${part}" in it is not a folder`);
  }
}

/** Removes the messages that a killed sink has not finished. They were not acknowledged. */
function removeDrafts(folder: string): void {
  for (const name of readdirSync(folder)) if (SEQ.test(name)) rmSync(join(folder, name), { force: true });
}

/** Reads the messages back in order, one at a time, and then their claims. @param tell is called with each file that cannot be read */
export async function readBack(
  folder: string,
  disk: Disk,
  store: MessageStore,
  tell: (problem: string) => void,
): Promise<void> {
  const files = PARTS.flatMap(([kind, part]) =>
    readdirSync(join(folder, part)).map((name) => ({ kind, path: join(folder, part, name), seq: seqOf(name) })),
  );
  let last = -1;
  for (const { kind, path, seq } of files.toSorted((a, b) => a.seq - b.seq)) {
    try {
      const entry = await lstat(path);
      if (!entry.isFile()) throw new Error('it is not a file');
      const { size } = entry;
      if (size > 2 * store.maxBytes) throw new Error(`it has ${size} bytes, more than --max-bytes`);
      const { envelope, raw } = decodeKept(kind, await readFile(path));
      if (envelope.seq !== seq || envelope.id !== `${disk.instance}-${seq}`)
        throw new Error('its name is not that of its envelope');
      if (seq === last || seq > disk.firstSeq) throw new Error('its number is not one of this folder, or a second one');
      last = seq;
      disk.found(seq, path);
      store.restore(envelope, raw);
    } catch (error) {
      tell(`${path} is skipped: ${reasonOf(error)}.`);
    }
  }
  for (const take of disk.earlierClaims) store.restoreClaim(take);
}

function seqOf(name: string): number {
  return Number(SEQ.exec(name)?.[1] ?? 0);
}

function readNumbers(folder: string): Numbers {
  const path = join(folder, 'sink.json');
  try {
    const { instance, reserved } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Numbers>;
    if (typeof instance !== 'string' || !/^[0-9a-f]+$/.test(instance) || !Number.isSafeInteger(reserved))
      throw new Error('sink.json is damaged');
    return { instance, reserved: reserved! };
  } catch (error) {
    if (!isMissing(error)) throw error;
    const created = { instance: randomBytes(6).toString('hex'), reserved: 0 };
    replaceFlushed(path, JSON.stringify(created));
    return created;
  }
}
