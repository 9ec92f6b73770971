import { createHash, randomBytes } from 'node:crypto';
import { TwoFactorError } from '../core/errors.ts';
import type { Lease, Ledger, OpenLedger, QueuePosition } from '../ledger/ledger.ts';
import { acquireLease, ownerName } from '../ledger/acquire-lease.ts';
import type { Runtime } from '../core/runtime.ts';
import type { Secret } from '../secret/secret.ts';
import type { Refusal } from '../sign-in/credentials.ts';

/** So many codes in a row, of all workers together, before none is sent any more: sites lock after 3 to 10. */
const MAX_REFUSED_CODES = 3;
/** How long nothing is tried after the first refusal, in milliseconds; each that follows doubles it. */
const COOL_DOWN = 60_000;
const LONGEST_COOL_DOWN = 30 * 60_000;
/** So long after a sign-in that went well, others go side by side without asking, in milliseconds. */
const TRUST = 60 * 60_000;
/** How long a sign-in takes at most that others wait for, in milliseconds. */
const SIGN_IN = 90_000;
/** How long to wait for the others at most, in milliseconds. */
const LINE = 20 * SIGN_IN;

/** How the sign-ins of a persona go, as all workers know it. */
interface Standing {
  readonly isAccepted: boolean;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly by: string;
  /** Of the password that it is about: one byte, which tells it from another and is no help in guessing it. */
  readonly password: { readonly salt: string; readonly byte: number };
  /** In a row. */
  readonly refusedCodes: number;
  /** In a row. */
  readonly blocks: number;
  readonly block?: { readonly refusal: Refusal; readonly said?: string; readonly until: number };
}

export interface AccountOptions {
  /** The persona. */
  readonly name: string;
  /** Undefined where the persona has none. Left out by whoever does not know it, and is told of any. */
  readonly password?: Secret | undefined;
  readonly ledger: OpenLedger;
  readonly runtime: Runtime;
}

/**
 * The account of a persona as its site sees it: every refusal counts, whoever was refused. So one refusal is told to
 * all workers, and a password that nobody knows to be right yet is sent by one at a time.
 */
export class Account {
  readonly #options: AccountOptions;

  constructor(options: AccountOptions) {
    this.#options = options;
  }

  /** @throws TwoFactorError `SIGN_IN_BLOCKED` as long as nothing may be tried after a refusal */
  async check(): Promise<void> {
    const { standing } = await this.#read();
    if (standing?.block) this.#checkBlock(standing, standing.block);
  }

  /**
   * Waits until a sign-in may begin: at once where the last one went well, else when no other is on its way.
   *
   * @returns what to release after the sign-in
   * @throws TwoFactorError `SIGN_IN_BLOCKED`
   */
  async beginSignIn(): Promise<Pick<Lease, 'release'>> {
    const nothing = { release: () => Promise.resolve() };
    if (await this.#isTrusted()) return nothing;
    const turn = await this.#acquireAuthenticator();
    try {
      if (!(await this.#isTrusted())) return turn;
    } catch (error) {
      await turn.release();
      throw error;
    }
    await turn.release();
    return nothing;
  }

  async accepted(): Promise<void> {
    const now = this.#options.runtime.now();
    await this.#change((standing) => {
      const isKnown = standing?.isAccepted && standing.refusedCodes === 0 && now - standing.at < TRUST / 2;
      if (isKnown && this.#isSamePassword(standing)) return undefined;
      return { ...this.#noted(), isAccepted: true, refusedCodes: 0, blocks: 0 };
    });
  }

  /**
   * Notes a refusal, and from how many on nothing is tried any more: one of a password, three of codes.
   *
   * @returns whether another answer may be tried
   */
  async refused(refusal: Refusal, said?: string): Promise<boolean> {
    const now = this.#options.runtime.now();
    let mayGoOn = false;
    await this.#change((standing) => {
      const refusedCodes = (standing?.refusedCodes ?? 0) + (refusal === 'code' ? 1 : 0);
      mayGoOn = refusal === 'code' && refusedCodes < MAX_REFUSED_CODES;
      if (mayGoOn) return { ...this.#noted(), isAccepted: false, blocks: standing?.blocks ?? 0, refusedCodes };
      const isLate = standing !== undefined && now - standing.at > 2 * LONGEST_COOL_DOWN;
      const blocks = isLate ? 0 : (standing?.blocks ?? 0);
      const until = now + Math.min(COOL_DOWN * 2 ** blocks, LONGEST_COOL_DOWN);
      const block = { refusal, until, ...(said === undefined ? {} : { said }) };
      return { ...this.#noted(), isAccepted: false, blocks: blocks + 1, refusedCodes: 0, block };
    });
    return mayGoOn;
  }

  /** Forgets all refusals. */
  async reset(): Promise<void> {
    await this.#change((standing) => (standing ? 'none' : undefined));
  }

  async #isTrusted(): Promise<boolean> {
    const { standing } = await this.#read();
    if (!standing) return false;
    if (standing.block) this.#checkBlock(standing, standing.block);
    const isRecent = this.#options.runtime.now() - standing.at < TRUST;
    return standing.isAccepted && isRecent && this.#isSamePassword(standing);
  }

  async #acquireAuthenticator(): Promise<Lease> {
    const { name, runtime } = this.#options;
    const ledger = await this.#options.ledger();
    const title = ({ ahead, owner: by }: QueuePosition): string => {
      const others = ahead === 1 ? '' : `, and ${ahead - 1} more`;
      return `Wait for the sign-in of ${by}${others}: whether ${name}'s password is right is not known yet`;
    };
    return await acquireLease(ledger, `${this.#key}/sign-in`, { runtime, timeout: LINE, holdTime: SIGN_IN, title });
  }

  #checkBlock(standing: Standing, { refusal, said, until }: NonNullable<Standing['block']>): void {
    const { name, runtime } = this.#options;
    const left = until - runtime.now();
    if (left <= 0 || (refusal === 'password' && !this.#isSamePassword(standing))) return;
    const what = {
      password: 'was refused its password',
      code: `was refused a code, ${MAX_REFUSED_CODES} in a row,`,
      lockout: 'was locked out',
    }[refusal];
    const times =
      standing.blocks > 1 ? ` It is the ${standing.blocks}. time in a row, and each makes the pause longer.` : '';
    const help = {
      password: 'Put the right password in: another one is tried at once.',
      code: 'Check the seed and the clocks, or that nothing else takes codes of this persona.',
      lockout: 'Unlock it on the site, or wait.',
    }[refusal];
    const lines = [
      `Nothing is tried as ${name} for another ${Math.ceil(left / 1000)} s, so that the site does not lock the account: ${standing.by} ${what} at ${timeOf(standing.at)}${said === undefined ? '' : `, with "${said}"`}.${times}`,
      `Next: ${help} To try again before the time, forget the refusal: npx playwright-2fa account reset ${name}`,
    ];
    throw new TwoFactorError('SIGN_IN_BLOCKED', lines.join('\n'), {
      details: { refusal, said, until: new Date(until) },
    });
  }

  #noted(): Pick<Standing, 'at' | 'by' | 'password'> {
    const salt = randomBytes(8).toString('hex');
    return {
      at: this.#options.runtime.now(),
      by: ownerName(this.#options.runtime),
      password: { salt, byte: this.#byteOf(salt) },
    };
  }

  #isSamePassword({ password: { salt, byte } }: Standing): boolean {
    return !('password' in this.#options) || this.#byteOf(salt) === byte;
  }

  #byteOf(salt: string): number {
    const password = this.#options.password?.reveal() ?? '';
    return createHash('sha256').update(salt).update(password).digest()[0] ?? 0;
  }

  get #key(): string {
    return `account/${this.#options.name}`;
  }

  async #read(): Promise<{ ledger: Ledger; version: number; standing: Standing | undefined }> {
    const ledger = await this.#options.ledger();
    const { version, value } = await ledger.read(this.#key);
    return { ledger, version, standing: value === undefined ? undefined : (JSON.parse(value) as Standing) };
  }

  /** @param make what stands from now on, `none`, or nothing to leave it as it is */
  async #change(make: (standing: Standing | undefined) => Standing | 'none' | undefined): Promise<void> {
    for (;;) {
      const { ledger, version, standing } = await this.#read();
      const next = make(standing);
      if (next === undefined) return;
      if (await ledger.compareAndSwap(this.#key, version, next === 'none' ? undefined : JSON.stringify(next))) return;
    }
  }
}

function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`;
}
