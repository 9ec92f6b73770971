import type { BrowserContext } from '@playwright/test';
import type { Lease, Ledger, OpenLedger, QueuePosition } from '../ledger/ledger.ts';
import { acquireLease, ownerName } from '../ledger/acquire-lease.ts';
import type { Runtime } from '../core/runtime.ts';
import { registerSecret } from '../secret/secret.ts';
import { VirtualAuthenticator } from './virtual-authenticator.ts';
import { type StoredPasskey, fingerprint } from './passkey.ts';

/** More often than this no use signs: the counters of the next one begin as far above. */
const SPAN = 1000;
/** Others take their time, in milliseconds. Who died is noticed before. */
const TURN_TIMEOUT = 30 * 60_000;
/** How long somebody else is thought to take, in milliseconds. */
const ONE_TURN = 60_000;

/** A ring that is in use, and how often. */
interface OpenRing {
  readonly ring: VirtualAuthenticator;
  readonly ready: Promise<void>;
  uses: number;
}

/**
 * The passkeys of a persona. Those that are stored are in one use at a time, on all machines that share the ledger, since
 * sites refuse a counter that does not rise, and may take it for that of a clone (WebAuthn Level 3, section 7.2).
 */
export class Passkeys {
  readonly #owner: string;
  readonly #stored: readonly StoredPasskey[];
  readonly #runtime: Runtime;
  readonly #openLedger: OpenLedger | undefined;
  readonly #rings = new Map<BrowserContext, OpenRing>();
  #turn: Promise<Lease> | undefined;

  /** @param openLedger where all that use the stored passkeys write down their counters */
  constructor(owner: string, stored: readonly StoredPasskey[], runtime: Runtime, openLedger: OpenLedger | undefined) {
    for (const { privateKey } of stored) registerSecret(`${owner}/passkey`, privateKey);
    this.#owner = owner;
    this.#stored = stored;
    this.#runtime = runtime;
    this.#openLedger = openLedger;
  }

  /** How many are stored. */
  get count(): number {
    return this.#stored.length;
  }

  /** The relying parties of those that are stored. */
  get rpIds(): readonly string[] {
    return [...new Set(this.#stored.map(({ rpId }) => rpId))];
  }

  /** What is in a context, as it is: nothing is put there. */
  forContext(context: BrowserContext): VirtualAuthenticator {
    return this.#rings.get(context)?.ring ?? new VirtualAuthenticator(this.#owner, context);
  }

  /** Whether pages of a context are answered with them. */
  isOpenIn(context: BrowserContext): boolean {
    return this.#rings.has(context);
  }

  /**
   * Puts the stored passkeys into a context, and answers its pages with them and with what they register, until it is
   * closed. Waits for others who use them. A page has to be opened after this: one that asked before asks nobody.
   *
   * @throws TwoFactorError `LEASE_TIMEOUT` when others have them for 30 minutes; `LEDGER_UNREACHABLE` or `LEDGER_REFUSED`
   */
  async open(context: BrowserContext): Promise<VirtualAuthenticator> {
    const opened = this.#rings.get(context) ?? this.#enter(context);
    opened.uses++;
    try {
      await opened.ready;
    } catch (error) {
      await this.close(context);
      throw error;
    }
    return opened.ring;
  }

  /** Ends one use. After the last, the stored ones are out of the context again, and others may have them. */
  async close(context: BrowserContext): Promise<void> {
    const opened = this.#rings.get(context);
    if (!opened || --opened.uses > 0) return;
    this.#rings.delete(context);
    // The context may be gone, and its passkeys with it.
    for (const { id } of this.#stored) await opened.ring.remove(id).catch(() => undefined);
    if (this.#rings.size > 0) return;
    const turn = this.#turn;
    this.#turn = undefined;
    const lease = await turn?.catch(() => undefined);
    await lease?.release();
  }

  /** Ends all uses. */
  async closeAll(): Promise<void> {
    for (const [context, opened] of this.#rings) {
      opened.uses = 1;
      await this.close(context);
    }
  }

  #enter(context: BrowserContext): OpenRing {
    const ring = new VirtualAuthenticator(this.#owner, context);
    const opened = { ring, ready: this.#fill(ring), uses: 0 };
    opened.ready.catch(() => undefined); // told to whoever opens it
    this.#rings.set(context, opened);
    return opened;
  }

  async #fill(ring: VirtualAuthenticator): Promise<void> {
    const ledger = this.#stored.length > 0 ? await this.#openLedger?.() : undefined;
    if (ledger) await (this.#turn ??= this.#acquireAuthenticator(ledger));
    const by = ownerName(this.#runtime);
    for (const passkey of this.#stored) {
      // What is taken before the use is not lost with a process that dies in it.
      const use = ledger ? (await ledger.nextValue(`passkey/${fingerprint([passkey])}`, { owner: by })).number : 0;
      await ring.add(passkey, (passkey.signCount ?? 0) + use * SPAN);
    }
    await ring.install();
  }

  /** Waits in line, shows the wait, and takes it out of the time of the test. */
  async #acquireAuthenticator(ledger: Ledger): Promise<Lease> {
    const runtime = this.#runtime;
    const timeout = runtime.extend ? TURN_TIMEOUT : Math.min(TURN_TIMEOUT, runtime.deadline() - runtime.now());
    const key = `passkey/${fingerprint(this.#stored)}/turn`;
    const title = ({ owner: by }: QueuePosition): string => `Wait for the passkeys of ${this.#owner}, which ${by} has`;
    return await acquireLease(ledger, key, { runtime, timeout, eachTakes: ONE_TURN, title });
  }
}
