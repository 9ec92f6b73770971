import type { BrowserContext } from '@playwright/test';
import { MINUTE } from '../core/durations.ts';
import type { Runtime } from '../core/runtime.ts';
import { LEASE_TIMEOUT, acquireLease, ownerName } from '../ledger/acquire-lease.ts';
import type { Lease, Ledger, OpenLedger, QueuePosition } from '../ledger/ledger.ts';
import { registerSecret } from '../secret/secret.ts';
import { type StoredPasskey, fingerprint } from './passkey.ts';
import { VirtualAuthenticator } from './virtual-authenticator.ts';

/** Distance between the signature counters of two uses. A single use makes fewer signatures. */
const COUNTER_STRIDE = 1000;
/** Expected time of one use, in milliseconds. */
const HOLD_TIME = MINUTE;

/** The virtual authenticator of a context, and the number of its users. */
interface OpenAuthenticator {
  readonly authenticator: VirtualAuthenticator;
  /** Stored passkeys that are in the context. */
  readonly stored: readonly StoredPasskey[];
  readonly ready: Promise<void>;
  users: number;
}

/**
 * The passkeys of a persona. Stored passkeys are used by one process at a time, on all machines that share the ledger:
 * sites refuse a signature counter that does not rise, because it may come from a cloned authenticator (WebAuthn Level
 * 3, section 7.2).
 *
 * @example
 * // Step-up authentication after the sign-in:
 * await persona.passkeys.open(context);
 * const page = await context.newPage();
 * await page.goto('/transfer');
 * await page.getByRole('button', { name: 'Confirm with a passkey' }).click();
 * await persona.passkeys.close(context);
 */
export class Passkeys {
  readonly #persona: string;
  #stored: readonly StoredPasskey[];
  readonly #runtime: Runtime;
  readonly #openLedger: OpenLedger | undefined;
  readonly #open = new Map<BrowserContext, OpenAuthenticator>();
  #lease: Promise<Lease> | undefined;
  /**
   * Keeps the passkeys that pages have registered. Called when a context is done with them.
   *
   * @internal
   */
  keep: ((passkeys: readonly StoredPasskey[]) => Promise<void>) | undefined;

  /**
   * @param persona the name of the persona
   * @param stored its stored passkeys
   * @param openLedger opens the ledger in which all users of the stored passkeys claim signature counters
   */
  constructor(persona: string, stored: readonly StoredPasskey[], runtime: Runtime, openLedger: OpenLedger | undefined) {
    this.#persona = persona;
    this.#stored = this.#registered(stored);
    this.#runtime = runtime;
    this.#openLedger = openLedger;
  }

  /** Replaces the stored passkeys. Contexts that are open keep theirs. @internal */
  use(stored: readonly StoredPasskey[]): void {
    this.#stored = this.#registered(stored);
  }

  /** The stored passkeys. @internal */
  get stored(): readonly StoredPasskey[] {
    return this.#stored;
  }

  /** The number of stored passkeys. */
  get count(): number {
    return this.#stored.length;
  }

  /** The relying parties of the stored passkeys. */
  get rpIds(): readonly string[] {
    return [...new Set(this.#stored.map(({ rpId }) => rpId))];
  }

  /** Returns the virtual authenticator of a context as it is. Adds no passkeys to it. */
  forContext(context: BrowserContext): VirtualAuthenticator {
    return this.#open.get(context)?.authenticator ?? new VirtualAuthenticator(this.#persona, context);
  }

  /** Returns true if the passkeys are open in a context. */
  isOpenIn(context: BrowserContext): boolean {
    return this.#open.has(context);
  }

  /**
   * Adds the stored passkeys to a context, and answers its pages with them and with passkeys that the pages register,
   * until `close()`. Waits while another process uses the stored passkeys. Open pages after this call: the request of a
   * page that asked before stays unanswered.
   *
   * @throws TwoFactorError `LEASE_TIMEOUT` if others use the passkeys for 30 minutes; `LEDGER_UNREACHABLE` or
   *   `LEDGER_REFUSED`
   */
  async open(context: BrowserContext): Promise<VirtualAuthenticator> {
    const opened = this.#open.get(context) ?? this.#install(context);
    opened.users++;
    try {
      await opened.ready;
    } catch (error) {
      await this.close(context);
      throw error;
    }
    return opened.authenticator;
  }

  /** Ends one use. The last one removes the stored passkeys from the context, so that other processes can use them. */
  async close(context: BrowserContext): Promise<void> {
    const opened = this.#open.get(context);
    if (!opened || --opened.users > 0) return;
    this.#open.delete(context);
    await this.#keepNew(opened);
    await this.#removeStored(opened);
    if (this.#open.size > 0) return;
    const acquired = this.#lease;
    this.#lease = undefined;
    const lease = await acquired?.catch(() => undefined);
    await lease?.release();
  }

  /** Ends all uses. */
  async closeAll(): Promise<void> {
    for (const [context, opened] of this.#open) {
      opened.users = 1;
      await this.close(context);
    }
  }

  #registered(stored: readonly StoredPasskey[]): readonly StoredPasskey[] {
    for (const { privateKey } of stored) registerSecret(`${this.#persona}/passkey`, privateKey);
    return [...stored];
  }

  #install(context: BrowserContext): OpenAuthenticator {
    const authenticator = new VirtualAuthenticator(this.#persona, context);
    const stored = this.#stored;
    const opened = { authenticator, stored, ready: this.#addStored(authenticator, stored), users: 0 };
    opened.ready.catch(() => undefined); // open() reports it
    this.#open.set(context, opened);
    return opened;
  }

  async #addStored(authenticator: VirtualAuthenticator, stored: readonly StoredPasskey[]): Promise<void> {
    const ledger = stored.length > 0 ? await this.#openLedger?.() : undefined;
    const lease = ledger && (await (this.#lease ??= this.#acquireLease(ledger, stored)));
    const owner = ownerName(this.#runtime);
    for (const passkey of stored) {
      // Counters are claimed before the use, so that none repeats if the process dies.
      const use = ledger ? (await ledger.nextValue(`passkey/${fingerprint([passkey])}`, { owner })).number : 0;
      await authenticator.add(passkey, (passkey.signCount ?? 0) + use * COUNTER_STRIDE);
    }
    await authenticator.install();
    await lease?.check();
  }

  /** Keeps the passkeys of a context that are new. A context that is closed already has none. */
  async #keepNew({ authenticator, stored }: OpenAuthenticator): Promise<void> {
    if (!this.keep) return;
    const all = await authenticator.registered().catch(() => []);
    const known = new Set([...stored, ...this.#stored].map(({ id }) => id));
    const registered = all.filter(({ id }) => !known.has(id));
    if (registered.length > 0) await this.keep(registered);
  }

  async #removeStored({ authenticator, stored }: OpenAuthenticator): Promise<void> {
    // The context may be closed already.
    for (const { id } of stored) await authenticator.remove(id).catch(() => undefined);
  }

  async #acquireLease(ledger: Ledger, stored: readonly StoredPasskey[]): Promise<Lease> {
    const runtime = this.#runtime;
    const timeout = runtime.extend ? LEASE_TIMEOUT : Math.min(LEASE_TIMEOUT, runtime.deadline() - runtime.now());
    const key = `passkey/${fingerprint(stored)}/lease`;
    const what = ({ owner }: QueuePosition): string => `the passkeys of ${this.#persona}, held by ${owner}`;
    const lease = await acquireLease(ledger, key, { runtime, timeout, holdTime: HOLD_TIME, what });
    // Another process may sign with higher counters now, so the lower ones must not be used.
    lease.lost.addEventListener('abort', () => this.#open.forEach((opened) => void this.#removeStored(opened)));
    return lease;
  }
}
