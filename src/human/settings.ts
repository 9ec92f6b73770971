import { TwoFactorError } from '../core/errors.ts';
import { suggest } from '../core/suggest.ts';

const WEBHOOK_VARIABLE = 'PLAYWRIGHT_2FA_HUMAN_WEBHOOK';
const SECRET_VARIABLE = 'PLAYWRIGHT_2FA_HUMAN_SECRET';

/** How a person is asked for what only a person can do, as a configuration writes it. */
export interface HumanSettings {
  /**
   * Where to POST what is asked: https, or http on this machine. @default `PLAYWRIGHT_2FA_HUMAN_WEBHOOK`; where there is
   * none, the address of the page to answer on is printed
   */
  readonly webhook?: string;
  /**
   * What requests to the webhook are signed with, `whsec_` and 24 to 64 bytes in Base64.
   * @default `PLAYWRIGHT_2FA_HUMAN_SECRET`
   * @see https://www.standardwebhooks.com/
   */
  readonly secret?: string;
  /** How long a person has, in milliseconds; a test gets that much more time. @default 300_000 */
  readonly timeout?: number;
  /** Where people reach the sink, such as the address of a tunnel. @default where tests reach it */
  readonly url?: string;
}

const MEMBERS = ['webhook', 'secret', 'timeout', 'url'] as const satisfies (keyof HumanSettings)[];
/** Standard Webhooks, "Signature scheme": 192 to 512 bits. */
const KEY_BYTES = { least: 24, most: 64 };
const MAX_TIMEOUT = 24 * 3_600_000;

/** All that is wrong with such settings, without a secret. */
export function humanProblems(settings: HumanSettings): string[] {
  const { webhook, secret, timeout, url } = settings;
  const strange = Object.keys(settings).filter((key) => !(MEMBERS as readonly string[]).includes(key));
  const problems = strange.map((key) => `\`human\` has no member "${key}". ${suggest(key, MEMBERS)}`);
  if (webhook !== undefined && !isSafe(webhook))
    problems.push(
      '`human.webhook` is no https URL: what is asked would be readable on its way (http is for this machine)',
    );
  if (secret !== undefined && !keyOf(secret))
    problems.push(
      `\`human.secret\` is no secret of Standard Webhooks: write whsec_ and ${KEY_BYTES.least} to ${KEY_BYTES.most} random bytes in Base64`,
    );
  if (timeout !== undefined && !(timeout > 0 && timeout < MAX_TIMEOUT))
    problems.push(`\`human.timeout\` is ${timeout}: give a number of milliseconds above 0, and under a day`);
  if (url !== undefined && !/^https?:\/\/[^/]/.test(url))
    problems.push('`human.url` is no URL: write it like https://tunnel.example.com');
  return problems;
}

/**
 * The settings with what the environment adds; nothing where neither asks for people.
 *
 * @throws TwoFactorError `SETTINGS_INVALID` with every problem at once
 */
export function readHumanSettings(
  given: HumanSettings | undefined,
  env: Readonly<Record<string, string | undefined>>,
): HumanSettings | undefined {
  const { [WEBHOOK_VARIABLE]: webhook, [SECRET_VARIABLE]: secret } = env;
  if (!given && webhook === undefined) return undefined;
  const all = { ...(webhook ? { webhook } : {}), ...(secret ? { secret } : {}), ...given };
  const problems = humanProblems(all);
  if (all.webhook !== undefined && all.secret === undefined)
    problems.push(
      `\`human.webhook\` has no \`human.secret\` (or ${SECRET_VARIABLE}), which its receiver needs to know us by`,
    );
  if (problems.length === 0) return all;
  const list = problems.map((problem) => `\n  - ${problem}`).join('');
  throw new TwoFactorError('SETTINGS_INVALID', `How a person is asked is not set up right:${list}`);
}

/** The key that a secret stands for. */
export function keyOf(secret: string): Buffer | undefined {
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  const key = Buffer.from(base64, 'base64');
  return key.length >= KEY_BYTES.least && key.length <= KEY_BYTES.most ? key : undefined;
}

function isSafe(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  const isLocal = hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isLocal);
}
