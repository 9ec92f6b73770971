import { type FSWatcher, watch } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { TwoFactorError } from '../core/errors.ts';
import { type MessageKind, foldAddress } from '../message/address.ts';
import { type DefinedSource, defineSource } from './polling/define-source.ts';
import type { PushConnection, SourceDriver, SourceMailbox, SourceMessage, SourceSighting } from './polling/driver.ts';

export interface CognitoLocalOptions {
  /** Folder in which the emulator keeps its data. @default '.cognito' */
  readonly folder?: string;
  /** Id of the user pool, such as 'local_4Yq7ne2x'. @default all pools */
  readonly pool?: string;
}

/**
 * Codes of cognito-local, an emulator of Amazon Cognito, which prints them instead of sending them. They are read from its
 * files, and appear as SMS and as mail of Cognito.
 *
 * @throws TwoFactorError `SETTINGS_INVALID` if an option is not a text
 * @example
 * const cognito = cognitoLocal({ folder: '.cognito' });
 * export default withTwoFactor(config, { mail: cognito, sms: cognito });
 *
 * @see https://github.com/jagregory/cognito-local#confirmation-codes
 */
export function cognitoLocal(options: CognitoLocalOptions = {}): DefinedSource {
  for (const name of ['folder', 'pool'] as const) {
    const value: unknown = options[name];
    if (value !== undefined && (typeof value !== 'string' || value === ''))
      throw new TwoFactorError(
        'SETTINGS_INVALID',
        `cognitoLocal({ ${name} }) must be a text, but is ${JSON.stringify(value)}.`,
      );
  }
  return defineSource(new CognitoLocal(options));
}

/** The ids of the messages that were there. */
type Mark = ReadonlySet<string>;

class CognitoLocal implements SourceDriver<Mark> {
  readonly kinds = ['email', 'sms'] as const;
  readonly #folder: string;
  readonly #pool: string | undefined;
  /** The codes that each user has or had last, by the name of the code. */
  readonly #history = new Map<string, Issue>();

  constructor({ folder = '.cognito', pool }: CognitoLocalOptions) {
    this.#folder = join(resolve(folder), 'db');
    this.#pool = pool;
  }

  get name(): string {
    return `cognito-local in ${this.#folder}${this.#pool === undefined ? '' : ` (pool ${this.#pool})`}`;
  }

  async mark(box: SourceMailbox): Promise<Mark> {
    return new Set((await this.#listTo(box)).map(({ id }) => id));
  }

  async since(mark: Mark, box: SourceMailbox): Promise<SourceMessage[]> {
    return (await this.#listTo(box)).filter(({ id }) => !mark.has(id));
  }

  async others(since: number, { kind, signal }: SourceMailbox): Promise<SourceSighting[]> {
    return (await this.#list(kind, signal)).filter(({ receivedAt }) => Number(receivedAt) >= since).toReversed();
  }

  async notes(): Promise<readonly string[]> {
    const files = await this.#poolFiles();
    if (files.length > 0) return [];
    const wanted = this.#pool === undefined ? 'no user pool' : `no user pool ${this.#pool}`;
    return [`There is ${wanted} in ${this.#folder}. Give the folder of cognito-local: cognitoLocal({ folder }).`];
  }

  /** Tells of each change in the folder. */
  async push({ opened, notify, signal }: PushConnection): Promise<void> {
    let watcher: FSWatcher;
    try {
      watcher = watch(this.#folder, { persistent: false, signal });
    } catch {
      return; // the emulator has not made it yet
    }
    await new Promise<void>((done) => {
      watcher.on('change', () => notify());
      watcher.on('error', () => done());
      watcher.on('close', () => done());
      opened();
    });
  }

  async #poolFiles(): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const pools = names.filter((name) => name.endsWith('.json') && name !== 'clients.json');
    return this.#pool === undefined ? pools : pools.filter((name) => name === `${this.#pool}.json`);
  }

  async #listTo({ kind, folded, signal }: SourceMailbox): Promise<SourceMessage[]> {
    return (await this.#list(kind, signal)).filter(({ to }) => to.some((one) => foldAddress(kind, one) === folded));
  }

  /** Lists the messages to all addresses, oldest first. */
  async #list(kind: MessageKind, signal: AbortSignal): Promise<SourceMessage[]> {
    const issues: Issue[] = [];
    for (const file of await this.#poolFiles()) {
      // The emulator writes its files in place. A half-written file throws here, and is read again.
      const pool = JSON.parse(await readFile(join(this.#folder, file), { encoding: 'utf8', signal })) as Pool;
      for (const [user, record] of Object.entries(pool.Users ?? {})) {
        const path = `${file.slice(0, -'.json'.length)}/${user}`;
        for (const name of CODES) this.#note(`${path}/${name}`, record[name]);
        for (const name of CODES) {
          const issue = this.#history.get(`${path}/${name}`);
          const destination = destinationOf(name, record, pool);
          if (issue?.code !== undefined && destination?.kind === kind) issues.push({ ...issue, ...destination });
        }
      }
    }
    const sorted = issues.toSorted((a, b) => a.seenAt - b.seenAt);
    return sorted.map(({ id, to = '', seenAt, code }) => ({
      ...{ id, from: SENDER, to: [to], receivedAt: seenAt },
      read: () =>
        kind === 'sms' ? textOf(code) : { from: SENDER, subject: 'Your verification code', plain: textOf(code) },
    }));
  }

  /** Takes a note of the code that a user has now. The same code is another message after it was used. */
  #note(path: string, code: string | undefined): void {
    const known = this.#history.get(path);
    if (known?.code === code || (known === undefined && code === undefined)) return;
    const count = (known?.count ?? 0) + (code !== undefined && known?.used.has(code) ? 1 : 0);
    const used = known?.used ?? new Set();
    if (code !== undefined) used.add(code);
    const id = `${path}/${code}${count > 0 ? `/${count}` : ''}`;
    this.#history.set(path, { id, code, count, used, seenAt: Date.now() });
  }
}

/** A code that a user has, and the ones before. */
interface Issue {
  readonly id: string;
  readonly code: string | undefined;
  /** Number of codes that were equal to an earlier one. */
  readonly count: number;
  readonly used: Set<string>;
  /** Time at which it was first seen, in milliseconds since the epoch. The emulator keeps no time for it. */
  readonly seenAt: number;
  readonly to?: string;
}

/** Default sender of Cognito's mail. */
const SENDER = 'no-reply@verificationemail.com';

const textOf = (code: string | undefined): string => `Your confirmation code is ${code}.`;

/** Members of a user with a code: sign-up and reset of the password, sign-in, change of an attribute. */
const CODES = ['ConfirmationCode', 'MFACode', 'AttributeVerificationCode'] as const;

interface Attribute {
  readonly Name: string;
  readonly Value?: string;
}

type User = { readonly [Name in (typeof CODES)[number]]?: string } & {
  readonly UserStatus?: string;
  readonly Attributes?: readonly Attribute[];
  readonly UnverifiedAttributeChanges?: readonly Attribute[];
};

/** File of a pool. */
interface Pool {
  readonly Options?: { readonly AutoVerifiedAttributes?: readonly string[] };
  readonly Users?: Readonly<Record<string, User>>;
}

/** Returns where the emulator would send a code: to the number first if the pool verifies both. */
function destinationOf(
  name: (typeof CODES)[number],
  user: User,
  { Options: { AutoVerifiedAttributes: verified = [] } = {} }: Pool,
): { readonly kind: MessageKind; readonly to: string } | undefined {
  const changes = name === 'AttributeVerificationCode' ? (user.UnverifiedAttributeChanges ?? []) : [];
  const valueOf = (attribute: string): string | undefined =>
    [...changes, ...(user.Attributes ?? [])].find(({ Name }) => Name === attribute)?.Value;
  const isReset = name === 'ConfirmationCode' && user.UserStatus !== 'UNCONFIRMED';
  const phone = !isReset && (name === 'MFACode' || verified.includes('phone_number')) && valueOf('phone_number');
  if (phone) return { kind: 'sms', to: phone };
  const email = valueOf('email');
  return email === undefined || name === 'MFACode' ? undefined : { kind: 'email', to: email };
}
