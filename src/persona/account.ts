import { createHash, randomBytes } from 'node:crypto';
import { TwoFactorError } from '../core/errors.ts';
import { memoize } from '../core/memoize.ts';
import type { Lease, Ledger, OpenLedger, QueuePosition } from '../ledger/ledger.ts';
import { acquireLease, ownerName } from '../ledger/acquire-lease.ts';
import type { Runtime } from '../core/runtime.ts';
import { SIGN_IN_TIMEOUT } from '../core/timeouts.ts';
import type { Secret } from '../secret/secret.ts';
import type { Refusal } from '../sign-in/credentials.ts';

/** Refused codes in a row, from all workers together, that stop further attempts. Sites lock after 3 to 10. */
const MAX_REFUSED_CODES = 3;
/** Pause after the first refusal, in milliseconds. Each further refusal doubles it. */
const COOL_DOWN = 60_000;
const LONGEST_COOL_DOWN = 30 * 60_000;
/** Time after an accepted sign-in during which sign-ins run in parallel, in milliseconds. */
const TRUST = 60 * 60_000;
/** Maximum wait for the sign-ins of other workers, in milliseconds. */
const QUEUE_TIMEOUT = 20 * SIGN_IN_TIMEOUT;

/** Last result of a persona's sign-ins, shared by all workers. */
interface AccountState {
  readonly isAccepted: boolean;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Worker that signed in. */
  readonly owner: string;
  /** One salted byte of the password's hash: it tells two passwords apart, and does not help in guessing one. */
  readonly password: { readonly salt: string; readonly byte: number };
  /** Refused codes in a row. */
  readonly refusedCodes: number;
  /** Blocks in a row. */
  readonly blocks: number;
  /** The last password that was refused, until another one is accepted. */
  readonly refusedPassword?: AccountState['password'];
  readonly block?: { readonly refusal: Refusal; readonly said?: string; readonly until: number };
}

export interface AccountOptions {
  /** Name of the persona. */
  readonly name: string;
  /** The password; `undefined` if the persona has none. Omit it to match a block for any password. */
  readonly password?: Secret | undefined;
  /** Name of its site, for a persona with several. @default the one site, or the first */
  readonly site?: string | undefined;
  readonly ledger: OpenLedger;
  readonly runtime: Runtime;
}

/** The turn of one worker to sign in. */
export type SignInTurn = Pick<Lease, 'check' | 'release'>;

/**
 * Sign-in attempts of a persona, counted across all workers, as its site counts them. One refusal stops every worker,
 * and a password that was not accepted yet is sent by one worker at a time.
 */
export class Account {
  readonly #options: AccountOptions;
  /** Number of turns to sign in that this object has. */
  #turns = 0;
  /** Turn to change the credentials, and the number of changes. */
  #changing: { readonly lease: Promise<Lease>; users: number } | undefined;

  constructor(options: AccountOptions) {
    this.#options = options;
  }

  /**
   * Checks that a sign-in may be tried. A job that runs every hour would send a refused password until the site locks the
   * account, so it does not send it again at all.
   *
   * @throws TwoFactorError `SIGN_IN_BLOCKED` during the pause after a refusal; for a job, also after it
   */
  async check(): Promise<void> {
    const { state } = await this.#read();
    if (state?.block) this.#checkBlock(state, state.block);
    if (this.#options.runtime.caller === 'job') this.#checkPassword(state);
  }

  /** Returns true if another account, of the same persona at another moment, has the same password. */
  hasPasswordOf(other: Account): boolean {
    const [own, others] = [this.#options.password, other.#options.password];
    return own && others ? own.equals(others) : own === others;
  }

  /**
   * Checks that the site has not refused this password, however long ago.
   *
   * @throws TwoFactorError `SIGN_IN_BLOCKED`
   */
  async checkPassword(): Promise<void> {
    const { state } = await this.#read();
    this.#checkPassword(state);
  }

  #checkPassword(state: AccountState | undefined): void {
    const { name } = this.#options;
    if (!state?.refusedPassword || !this.#isSamePassword({ password: state.refusedPassword })) return;
    const text = `The site has refused the password of ${name}, so it is not sent again. Next: Correct the password. If it is correct, reset the account: ${this.#resetCommand}`;
    throw new TwoFactorError('SIGN_IN_BLOCKED', text, { details: { refusal: 'password' } });
  }

  /**
   * Waits until a sign-in may begin: at once if the last one was accepted, else after the sign-ins that run now.
   *
   * @returns a lease to check before the password is sent, and to release after the sign-in
   * @throws TwoFactorError `SIGN_IN_BLOCKED`
   */
  async beginSignIn(): Promise<SignInTurn> {
    const free = { check: nothing, release: nothing };
    if (await this.#isTrusted()) return free;
    const turn = await this.takeTurn();
    try {
      if (!(await this.#isTrusted())) return turn;
    } catch (error) {
      await turn.release();
      throw error;
    }
    await turn.release();
    return free;
  }

  /**
   * Waits for the turn to sign in, also if the last sign-in was accepted. A sign-in during a change of the credentials by
   * this object is part of its turn.
   */
  async takeTurn(): Promise<SignInTurn> {
    if (this.#changing) return { check: async () => await (await this.#changing?.lease)?.check(), release: nothing };
    const lease = await this.#acquireSignIn();
    this.#turns++;
    const release = memoize(async () => {
      this.#turns--;
      await lease.release();
    });
    return { check: () => lease.check(), release };
  }

  /**
   * Waits for the turn to change the credentials, so that no other worker signs in with the new ones too early. Changes
   * at the same time share the turn, and a change during a sign-in is part of its turn.
   */
  async beginChange(): Promise<Pick<SignInTurn, 'release'>> {
    if (!this.#changing && this.#turns > 0) return { release: nothing };
    const change = (this.#changing ??= { lease: this.#acquireSignIn(), users: 0 });
    change.users++;
    const release = memoize(async () => {
      if (--change.users > 0) return;
      this.#changing = undefined;
      await change.lease.then(
        (lease) => lease.release(),
        () => undefined,
      );
    });
    try {
      await change.lease;
      return { release };
    } catch (error) {
      await release();
      throw error;
    }
  }

  /** Records an accepted sign-in. */
  async accepted(): Promise<void> {
    const now = this.#options.runtime.now();
    await this.#change((state) => {
      const isKnown = state?.isAccepted && state.refusedCodes === 0 && now - state.at < TRUST / 2;
      if (isKnown && this.#isSamePassword(state)) return undefined;
      return { ...this.#stamp(), isAccepted: true, refusedCodes: 0, blocks: 0 };
    });
  }

  /**
   * Records a refusal. One refused password, or three refused codes in a row, stop further attempts.
   *
   * @returns true if another answer may be tried
   */
  async refused(refusal: Refusal, said?: string): Promise<boolean> {
    const now = this.#options.runtime.now();
    let mayGoOn = false;
    await this.#change((state) => {
      const refusedCodes = (state?.refusedCodes ?? 0) + (refusal === 'code' ? 1 : 0);
      mayGoOn = refusal === 'code' && refusedCodes < MAX_REFUSED_CODES;
      const stamp = this.#stamp();
      const refusedPassword = refusal === 'password' ? stamp.password : state?.refusedPassword;
      const base = { ...stamp, isAccepted: false, ...(refusedPassword ? { refusedPassword } : {}) };
      if (mayGoOn) return { ...base, blocks: state?.blocks ?? 0, refusedCodes };
      const isLate = state !== undefined && now - state.at > 2 * LONGEST_COOL_DOWN;
      const blocks = isLate ? 0 : (state?.blocks ?? 0);
      const until = now + Math.min(COOL_DOWN * 2 ** blocks, LONGEST_COOL_DOWN);
      const block = { refusal, until, ...(said === undefined ? {} : { said }) };
      return { ...base, blocks: blocks + 1, refusedCodes: 0, block };
    });
    return mayGoOn;
  }

  /** Forgets all refusals. */
  async reset(): Promise<void> {
    await this.#change((state) => (state ? 'none' : undefined));
  }

  async #isTrusted(): Promise<boolean> {
    const { state } = await this.#read();
    if (!state) return false;
    if (state.block) this.#checkBlock(state, state.block);
    const isRecent = this.#options.runtime.now() - state.at < TRUST;
    return state.isAccepted && isRecent && this.#isSamePassword(state);
  }

  async #acquireSignIn(): Promise<Lease> {
    const { name, runtime } = this.#options;
    const ledger = await this.#options.ledger();
    const what = ({ ahead, owner }: QueuePosition): string => {
      const others = ahead === 1 ? '' : `, and ${ahead - 1} more`;
      return `the sign-in of ${owner}${others}: the password of ${name} was not accepted yet`;
    };
    return await acquireLease(ledger, `${this.#key}/sign-in`, {
      runtime,
      timeout: QUEUE_TIMEOUT,
      holdTime: SIGN_IN_TIMEOUT,
      what,
    });
  }

  #checkBlock(state: AccountState, { refusal, said, until }: NonNullable<AccountState['block']>): void {
    const { name, runtime } = this.#options;
    const left = until - runtime.now();
    if (left <= 0 || (refusal === 'password' && !this.#isSamePassword(state))) return;
    const what = {
      password: 'was refused its password',
      code: `was refused ${MAX_REFUSED_CODES} codes in a row`,
      lockout: 'was locked out',
    }[refusal];
    const times = state.blocks > 1 ? ` This is refusal ${state.blocks} in a row, and each doubles the pause.` : '';
    const help = {
      password: 'Correct the password: a new one is tried at once.',
      code: 'Check the seed and the clocks, and that nothing else uses codes of this persona.',
      lockout: 'Unlock it on the site, or wait.',
    }[refusal];
    const lines = [
      `Sign-ins of ${name} are paused for another ${Math.ceil(left / 1000)} s, so that the site does not lock the account: ${state.owner} ${what} at ${timeOf(state.at)}${said === undefined ? '' : `, with "${said}"`}.${times}`,
      `Next: ${help} To try again now, reset the account: ${this.#resetCommand}`,
    ];
    throw new TwoFactorError('SIGN_IN_BLOCKED', lines.join('\n'), {
      details: { refusal, said, until: new Date(until) },
    });
  }

  #stamp(): Pick<AccountState, 'at' | 'owner' | 'password'> {
    const salt = randomBytes(8).toString('hex');
    return {
      at: this.#options.runtime.now(),
      owner: ownerName(this.#options.runtime),
      password: { salt, byte: this.#byteOf(salt) },
    };
  }

  #isSamePassword({ password: { salt, byte } }: Pick<AccountState, 'password'>): boolean {
    return !('password' in this.#options) || this.#byteOf(salt) === byte;
  }

  #byteOf(salt: string): number {
    const password = this.#options.password?.reveal() ?? '';
    return createHash('sha256').update(salt).update(password).digest()[0] ?? 0;
  }

  get #resetCommand(): string {
    const { name, site } = this.#options;
    return `npx playwright-2fa account reset ${name}${site === undefined ? '' : ` --site "${site}"`}`;
  }

  get #key(): string {
    const { name, site } = this.#options;
    return site === undefined ? `account/${name}` : `account/${name}/site/${site}`;
  }

  async #read(): Promise<{ ledger: Ledger; version: number; state: AccountState | undefined }> {
    const ledger = await this.#options.ledger();
    const { version, value } = await ledger.read(this.#key);
    return { ledger, version, state: value === undefined ? undefined : (JSON.parse(value) as AccountState) };
  }

  /** @param make returns the new state, 'none' to forget it, or `undefined` to leave it as it is */
  async #change(make: (state: AccountState | undefined) => AccountState | 'none' | undefined): Promise<void> {
    for (;;) {
      const { ledger, version, state } = await this.#read();
      const next = make(state);
      if (next === undefined) return;
      if (await ledger.compareAndSwap(this.#key, version, next === 'none' ? undefined : JSON.stringify(next))) return;
    }
  }
}

const nothing = (): Promise<void> => Promise.resolve();

function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(11, 19)} UTC`;
}
