import type { PersonaParts } from './assemble.ts';
import { factorsOn } from './preferred-factors.ts';
import type { SigningPersona } from './site-credentials.ts';

export interface SigningOptions extends Pick<SigningPersona, 'renewPassword'> {
  /** True if the persona is generated, so that nothing configures it. */
  readonly isFresh: boolean;
}

/** Returns an open persona, as a sign-in uses it. */
export function signingPersona(
  { name, inbox, sms, sites, human, hasNumber }: PersonaParts,
  { isFresh, renewPassword }: SigningOptions,
): SigningPersona {
  return {
    ...{ name, inbox, sms, sites, human, renewPassword },
    incomplete: { name, isFresh },
    number: hasNumber ? sms.number : undefined,
    factorsOn: (site) => factorsOn(site, { hasNumber, hasHuman: human !== undefined }),
  };
}
