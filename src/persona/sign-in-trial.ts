import type { Refusal } from '../sign-in/credentials.ts';
import type { UnconfirmedChange } from '../vault/record.ts';
import type { Credentials } from './credentials.ts';
import type { PersonaKeeper, Settlement } from './persona-keeper.ts';
import type { PersonaSite } from './persona-site.ts';

/** Kind of value that a sign-in types. */
export type TypedKind = 'identifier' | 'password' | 'otp' | 'recoveryCodes';

/** Kinds that may be what a site refuses. */
const REFUSABLE: Readonly<Record<Exclude<Refusal, 'lockout'>, readonly TypedKind[]>> = {
  // A code that was sent together with the password may be what was wrong.
  password: ['password', 'identifier', 'otp', 'recoveryCodes'],
  code: ['recoveryCodes', 'otp'],
};

/** Maximum number of passwords that one sign-in sends. Sites lock after 3 to 10. */
const MAX_PASSWORDS = 2;

/**
 * What a refusal means: another value is tried; another value is left for the next sign-in; or the site has refused the
 * persona.
 */
export type Verdict = 'retry' | 'stop' | 'final';

/** Use of a site during one sign-in. */
interface SiteUse {
  refusedPasswords: number;
  /** Kinds of values that were typed since the last refusal of their kind. */
  readonly typed: Set<TypedKind>;
}

/**
 * Finds out during a sign-in whether the site has accepted changes of which that is not known. New values are tried
 * first, once; if the site refuses them, the older ones are tried once.
 */
export class SignInTrial {
  readonly #keeper: PersonaKeeper;
  readonly #uses = new Map<PersonaSite, SiteUse>();

  constructor(keeper: PersonaKeeper) {
    this.#keeper = keeper;
  }

  /** Notes that a value of a site is about to be typed. */
  types(site: PersonaSite, kind: TypedKind): void {
    this.#useOf(site).typed.add(kind);
  }

  /** Handles a refusal. A new value that was refused is not tried again, by any worker. */
  async refused(site: PersonaSite, refusal: Refusal): Promise<Verdict> {
    if (refusal === 'lockout') return 'final';
    const use = this.#useOf(site);
    const kinds = REFUSABLE[refusal].filter((kind) => use.typed.has(kind));
    const kind = kinds.find((one) => this.#newest(site, one)) ?? kinds[0];
    if (kind === undefined) return 'final';
    const [before, newest] = [site.credentials, this.#newest(site, kind)];
    if (newest) await this.#keeper.refuse(site, newest);
    // Another worker may have changed the credentials meanwhile.
    else await this.#keeper.refresh();
    for (const one of kinds) use.typed.delete(one);
    if (refusal === 'password') use.refusedPasswords++;
    if (!hasOther(kind, before, site.credentials)) return 'final';
    return use.refusedPasswords < MAX_PASSWORDS ? 'retry' : 'stop';
  }

  /** Records what the sites have accepted. */
  async accepted(): Promise<void> {
    for (const [site, { typed }] of this.#uses) await this.#keeper.settle(site, this.#settlementOf(site, typed));
  }

  /** A change was made as a whole, so an accepted value confirms it, and an accepted older value withdraws it. */
  #settlementOf(site: PersonaSite, typed: ReadonlySet<TypedKind>): Settlement {
    const isTested = (change: UnconfirmedChange): boolean => [...typed].some((kind) => isAbout(change, kind));
    // Nothing tests passkeys: the old and the new ones are kept.
    const confirmed = this.#keeper.pending(site).filter((change) => isTested(change) || isPasskeysOnly(change));
    return { confirmed, withdrawn: this.#keeper.refused(site).filter(isTested) };
  }

  #newest(site: PersonaSite, kind: TypedKind): UnconfirmedChange | undefined {
    return this.#keeper.pending(site).findLast((change) => isAbout(change, kind));
  }

  #useOf(site: PersonaSite): SiteUse {
    const known = this.#uses.get(site);
    if (known) return known;
    const use = { refusedPasswords: 0, typed: new Set<TypedKind>() };
    this.#uses.set(site, use);
    return use;
  }
}

/** True if a value of a kind tests a change. A user name alone does not test the password that came with it. */
function isAbout({ members }: UnconfirmedChange, kind: TypedKind): boolean {
  if (kind !== 'identifier') return kind in members;
  return !('password' in members) && ['username', 'email', 'phone'].some((name) => name in members);
}

function isPasskeysOnly({ members }: UnconfirmedChange): boolean {
  return Object.keys(members).every((name) => name === 'passkeys');
}

/** True if the persona has another value of a kind now. */
function hasOther(kind: TypedKind, before: Credentials, now: Credentials): boolean {
  const text = (credentials: Credentials): string | undefined => {
    const { totp, recoveryCodes, password, username, email, phone } = credentials;
    if (kind === 'otp') return totp && JSON.stringify(totp);
    if (kind === 'recoveryCodes') return recoveryCodes && JSON.stringify(recoveryCodes);
    return JSON.stringify([password?.reveal(), username, email, phone]);
  };
  const value = text(now);
  return value !== undefined && value !== text(before);
}
