import type { BrowserContext } from '@playwright/test';

/** Holder of the passkeys of a context, such as Playwright's `context.credentials`. */
export type PasskeyDevice = Pick<BrowserContext['credentials'], 'create' | 'get' | 'delete' | 'install'>;

/** The device that answers pages. */
export interface PasskeySettings {
  /**
   * `'playwright'` works in all browsers. `'cdp'` is the authenticator of Chromium, which checks what a real browser
   * checks.
   * @default 'playwright'
   */
  readonly engine?: 'playwright' | 'cdp';
  /** False for a device that cannot verify its user. Only with `'cdp'`. @default true */
  readonly userVerification?: boolean;
  /** False for a device that keeps no discoverable passkeys, as a simple security key. Only with `'cdp'`. @default true */
  readonly residentKeys?: boolean;
}

const MEMBERS = ['engine', 'userVerification', 'residentKeys'];

/** Returns every problem of the settings. */
export function passkeySettingsProblems(settings: PasskeySettings): string[] {
  const { engine = 'playwright', userVerification, residentKeys } = settings;
  const unknown = Object.keys(settings).filter((name) => !MEMBERS.includes(name));
  const problems = unknown.map((name) => `\`passkey\` has no member "${name}": it has ${MEMBERS.join(', ')}`);
  if (!['playwright', 'cdp'].includes(engine))
    problems.push(`\`passkey.engine\` must be 'playwright' or 'cdp', but is "${engine}"`);
  for (const [name, value] of Object.entries({ userVerification, residentKeys })) {
    if (value === undefined) continue;
    if (typeof value !== 'boolean') problems.push(`\`passkey.${name}\` must be true or false`);
    else if (engine !== 'cdp') problems.push(`\`passkey.${name}\` needs \`engine: 'cdp'\``);
  }
  return problems;
}
