import { formatSeed } from '../otp/seed.ts';
import { isAllowedHost } from '../passkey/passkey.ts';
import { pageOrigin } from '../secret/origins.ts';
import type { PersonaKeeper } from './persona-keeper.ts';
import type { PersonaSite } from './persona-site.ts';
import type { PersonaSites } from './persona-sites.ts';

/** Keeps what a test enrolls at a site by itself: an authenticator, recovery codes, and passkeys that pages register. */
export function keepWhatIsLearned(site: PersonaSite, keeper: PersonaKeeper, sites: PersonaSites): void {
  site.totp.keep = async (seed, page) => {
    const target = (page && sites.listing(pageOrigin(page))) ?? site;
    await keeper.learn(target, { totp: formatSeed(seed, site.base.name) }, page && pageOrigin(page));
  };
  site.recoveryCodes.keep = async (recoveryCodes) => {
    await keeper.learn(site, { recoveryCodes });
  };
  site.passkeys.keep = async (registered) => {
    const passkeys = registered.filter(({ rpId }) => mayBelongTo(site, rpId));
    if (passkeys.length > 0) await keeper.set(site, { passkeys: [...site.passkeys.stored, ...passkeys] });
  };
}

/** True if pages of a site may have registered a passkey. A context may have passkeys of other sites, too. */
function mayBelongTo({ origins }: PersonaSite, rpId: string): boolean {
  return (
    origins.length === 0 ||
    origins.some((origin) => {
      const { hostname } = new URL(origin.replace('://*.', '://'));
      return isAllowedHost(rpId, hostname);
    })
  );
}
