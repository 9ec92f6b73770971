import type { Runtime } from '../core/runtime.ts';
import type { OpenLedger } from '../ledger/ledger.ts';
import type { OtpDevice } from '../otp/otp-device.ts';
import { RecoveryCodes } from '../otp/recovery-codes.ts';
import type { OtpSeed } from '../otp/seed.ts';
import { Totp } from '../otp/totp.ts';
import { Passkeys } from '../passkey/passkeys.ts';
import type { OriginBinding } from '../secret/origin-binding.ts';
import { allowsOrigin } from '../secret/origins.ts';
import { Account } from './account.ts';
import type { Credentials } from './credentials.ts';

export interface PersonaSiteOptions {
  readonly runtime: Runtime;
  readonly binding: OriginBinding;
  readonly authenticator: OtpSeed | OtpDevice | undefined;
  readonly ledger: OpenLedger | undefined;
  /** True if other workers sign in as the persona, too. */
  readonly isShared: boolean;
  /** Name of the site in the vault, and in the ledger if it is not the first. */
  readonly name?: string | undefined;
  readonly isFirst?: boolean;
  /** True if the origins where it is used become its own. @default false */
  readonly learnsOrigins?: boolean;
}

/** A persona at one site: its members there, and what answers the challenges of the site. */
export class PersonaSite {
  /** Its authenticator. */
  readonly totp: Totp;
  readonly recoveryCodes: RecoveryCodes;
  /** Its passkeys, and the browser contexts that have them. */
  readonly passkeys: Passkeys;
  readonly binding: OriginBinding;
  /** Sign-in attempts, shared with other workers; `undefined` for a new persona. */
  readonly account: Account | undefined;
  /** Name of the site in the vault; `undefined` until it has one. */
  recordName: string | undefined;
  /** True if the origins where it is used become its own: those of a new persona that is bound to none. */
  readonly learnsOrigins: boolean;
  /** Members as they were opened. */
  readonly base: Credentials;
  #credentials: Credentials;

  constructor(
    credentials: Credentials,
    {
      runtime,
      binding,
      authenticator,
      ledger,
      isShared,
      name: site,
      isFirst = true,
      learnsOrigins = false,
    }: PersonaSiteOptions,
  ) {
    const { name, recoveryCodes = [], passkeys = [] } = credentials;
    this.base = credentials;
    this.#credentials = credentials;
    this.binding = binding;
    this.recordName = site;
    this.learnsOrigins = learnsOrigins;
    const current = (): Credentials => this.#credentials;
    this.account =
      ledger && isShared
        ? new Account({
            ...{ name, ledger, runtime, site: isFirst ? undefined : site },
            // Another one after a change.
            get password() {
              return current().password;
            },
          })
        : undefined;
    const { account } = this;
    const checked = ledger && account ? () => account.check().then(ledger) : ledger;
    this.totp = new Totp(name, authenticator, runtime, binding, checked);
    this.recoveryCodes = new RecoveryCodes(name, recoveryCodes, runtime, checked);
    this.passkeys = new Passkeys(name, passkeys, runtime, checked);
  }

  get credentials(): Credentials {
    return this.#credentials;
  }

  /** Origins that its members are bound to; empty for a new persona that may go where the test goes. */
  get origins(): readonly string[] {
    return this.#credentials.origins ?? [];
  }

  /** True if the site lists an origin. */
  lists(origin: string | undefined): boolean {
    return origin !== undefined && allowsOrigin(this.origins, origin);
  }

  /** Replaces the members. A seed in a device stays there. */
  use(credentials: Credentials): void {
    const before = this.#credentials;
    this.#credentials = credentials;
    const { totp, recoveryCodes = [], passkeys = [] } = credentials;
    if (totp !== before.totp) this.totp.use(totp && 'key' in totp ? totp : undefined);
    this.recoveryCodes.use(recoveryCodes);
    this.passkeys.use(passkeys);
  }
}
