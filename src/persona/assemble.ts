import { Human } from '../human/human.ts';
import { Inbox, Sms } from '../inbox/inbox.ts';
import { addressOwner } from '../inbox/address-owner.ts';
import type { MessageKind } from '../message/address.ts';
import type { Runtime } from '../core/runtime.ts';
import type { OpenLedger } from '../ledger/ledger.ts';
import type { HandoffRequest } from '../protocol/handoff.ts';
import { OriginBinding } from '../secret/origin-binding.ts';
import type { Source } from '../sources/source.ts';
import { hostOf } from '../vault/site.ts';
import { authenticatorOf } from './authenticator.ts';
import type { Credentials } from './credentials.ts';
import { asError, without } from './errors.ts';
import { type OpenOptions, type UnopenedPersona, credentialsOf } from './open-options.ts';
import { PersonaKeeper } from './persona-keeper.ts';
import { PersonaSite } from './persona-site.ts';
import { PersonaSites } from './persona-sites.ts';
import type { StoredSite } from './stored-sites.ts';

/** Parts of an open persona. */
export interface PersonaParts {
  readonly name: string;
  readonly sites: PersonaSites;
  readonly keeper: PersonaKeeper;
  readonly inbox: Inbox;
  readonly sms: Sms;
  readonly hasNumber: boolean;
  readonly human: Human | undefined;
  /** Opens a new site, with origins of its own. */
  readonly openSite: (credentials: Credentials) => PersonaSite;
}

/** Puts an open persona together, and starts to watch its address and its number. */
export async function assemblePersona(
  unopened: UnopenedPersona,
  source: Source,
  runtime: Runtime,
  options: OpenOptions,
): Promise<PersonaParts> {
  const { name, primary, others } = unopened;
  const { fresh, ledger, ownerOf, application, human: settings, passkey } = options;
  const openSite = ({ credentials, ...site }: StoredSite, isFresh = fresh): PersonaSite =>
    new PersonaSite(credentials, {
      ...{ runtime, ledger, passkey, isShared: !fresh, ...site },
      authenticator: authenticatorOf(credentials, source),
      learnsOrigins: isFresh && credentials.origins === undefined,
      binding: isFresh
        ? OriginBinding.ofFresh(credentials.origins, runtime.caller)
        : OriginBinding.to(credentials.origins ?? []),
    });
  const sites = new PersonaSites(
    primary instanceof Error ? primary : openSite(primary),
    others.map((site) => openSite(site)),
  );
  const { email, phone: ownNumber, code } = credentialsOf(unopened);
  const incomplete = { name, isFresh: fresh };
  const emailWatch = email ? source.watch('email', email) : Promise.reject(without(incomplete, 'email'));
  const phone = ownNumber ?? (fresh ? source.createAddress?.('sms', name) : undefined);
  const number = (await Promise.resolve(phone).catch(asError)) ?? without(incomplete, 'phone');
  const smsWatch = typeof number === 'string' ? source.watch('sms', number) : Promise.reject(number);
  // Messages come from all sites.
  const [only, ...more] = sites.all;
  const binding = OriginBinding.anyOf(sites.all.map((site) => site.binding));
  const account = only?.account;
  const checkLockout = account && more.length === 0 ? () => account.check() : undefined;
  const owner = addressOwner(name, runtime);
  const shared = { runtime, owner, ownerOf, application, binding, checkLockout, codeFormat: code };
  // No other test uses the address of a new persona, unless its source shares one address.
  const claims = (kind: MessageKind): OpenLedger | undefined =>
    fresh && !source.isShared?.(kind) ? undefined : ledger;
  const inbox = new Inbox(email ?? without(incomplete, 'email'), {
    ...{ watch: emailWatch, ...shared, claims: claims('email') },
  });
  const sms = new Sms(number, { watch: smsWatch, ...shared, claims: claims('sms') });
  await Promise.allSettled([emailWatch, smsWatch]);
  const handoff = source.handoff && ((request: HandoffRequest) => source.handoff!(request));
  return {
    ...{ name, sites, inbox, sms },
    keeper: new PersonaKeeper({ sites, store: unopened.store, record: unopened.record, runtime }),
    hasNumber: typeof number === 'string',
    human: settings && new Human({ owner: name, settings, runtime, handoff }),
    openSite: (credentials) => {
      const { origins = [] } = credentials;
      const site = openSite({ name: freeSiteName(sites, origins[0] ?? ''), isFirst: false, credentials }, false);
      binding.include(site.binding);
      return site;
    },
  };
}

/** Returns a name for a new site: that of its host. */
function freeSiteName({ all }: PersonaSites, origin: string): string {
  const host = hostOf(origin);
  const isTaken = (name: string): boolean => all.some(({ recordName }) => recordName === name);
  let name = host;
  for (let number = 2; isTaken(name); number++) name = `${host} ${number}`;
  return name;
}
