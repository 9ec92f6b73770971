import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TwoFactorError, reasonOf } from '../../core/errors.ts';
import type { MessageStore } from '../store.ts';
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
/** Names of the sink in its folder. */
const OWN = /^(?:mail|sms|sink\.json(?:\.draft)?|lock\..+)$/;
const SEQ = /\.Q(\d+)\./;

/** Opens the folder of a sink. @throws TwoFactorError `SINK_START_FAILED` if it is in use, or not a folder of a sink */
export function openDisk(folder: string): Disk {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const foreign = readdirSync(folder).find((name) => !OWN.test(name));
    if (foreign !== undefined) throw new Error(`it contains "${foreign}", which is not of a sink`);
    chmodSync(folder, 0o700);
    const unlock = lockFolder(folder);
    try {
      for (const part of DRAFTS) rmSync(join(folder, part), { recursive: true, force: true });
      for (const part of ['mail', 'sms', ...DRAFTS, ...PARTS.map(([, path]) => path)])
        mkdirSync(join(folder, part), { recursive: true, mode: 0o700 });
      return new Disk(folder, readNumbers(folder), unlock);
    } catch (error) {
      unlock();
      throw error;
    }
  } catch (error) {
    const message = `The sink cannot keep its messages in ${folder}: ${reasonOf(error)}. Choose an empty folder, or the folder of a sink that has ended, with --data.`;
    throw new TwoFactorError('SINK_START_FAILED', message, { cause: error });
  }
}

/** Reads the messages back in order, one at a time. @param tell is called with each file that cannot be read */
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
      const { size } = await stat(path);
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
