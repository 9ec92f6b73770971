import { OriginBinding } from '../../src/secret/origin-binding.ts';
import { PersonaKeeper } from '../../src/persona/persona-keeper.ts';
import { PersonaSite } from '../../src/persona/persona-site.ts';
import { PersonaSites } from '../../src/persona/persona-sites.ts';
import type { PersonaStore } from '../../src/persona/persona-store.ts';
import { credentialsWith } from '../../src/persona/learned-members.ts';
import type { OpenLedger } from '../../src/ledger/ledger.ts';
import type { PersonaRecord } from '../../src/vault/record.ts';
import { FakeRuntime } from './fake-runtime.ts';

/** Keeper of a persona with its sites. */
export interface OpenedKeeper {
  readonly keeper: PersonaKeeper;
  readonly site: PersonaSite;
  readonly sites: PersonaSites;
}

/** Opens the keeper of a persona that has a document. */
export function openKeeper(record: PersonaRecord, store: PersonaStore, ledger?: OpenLedger): OpenedKeeper {
  const runtime = new FakeRuntime();
  const opened = record.sites.map((site, index) => {
    const credentials = credentialsWith({ name: record.persona, origins: site.origins }, record, {
      ...site,
      unconfirmed: [],
    });
    return new PersonaSite(credentials, {
      ...{ runtime, ledger, isShared: ledger !== undefined, name: site.name, isFirst: index === 0 },
      binding: OriginBinding.to(site.origins),
      authenticator: credentials.totp && 'key' in credentials.totp ? credentials.totp : undefined,
    });
  });
  const [site, ...others] = opened;
  if (!site) throw new Error('The document has no site.');
  const sites = new PersonaSites(site, others);
  return { keeper: new PersonaKeeper({ sites, store, record, runtime }), site, sites };
}
