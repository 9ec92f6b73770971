import { TwoFactorError } from '../core/errors.ts';
import { type OnTimeout, onTimeoutProblem } from './on-timeout.ts';
import { isStrong } from '../secret/strength.ts';
import { suggest } from '../core/suggest.ts';

/** Default time limit for an answer, in milliseconds. */
export const DEFAULT_TIMEOUT = 300_000;

const WEBHOOK_VARIABLE = 'PLAYWRIGHT_2FA_HUMAN_WEBHOOK';
const SECRET_VARIABLE = 'PLAYWRIGHT_2FA_HUMAN_SECRET';

/**
 * The `human` settings: how to ask a person for a code or an approval.
 *
 * @example
 * ```ts
 * withTwoFactor(defineConfig({}), {
 *   human: { webhook: 'https://hooks.example.com/2fa', secret: process.env.HUMAN_SECRET, timeout: 120_000 },
 * });
 * ```
 */
export interface HumanSettings {
  /**
   * URL that requests are POSTed to: https, or http on localhost. Without a webhook, the URL of the answer page is printed.
   * @default `PLAYWRIGHT_2FA_HUMAN_WEBHOOK`
   */
  readonly webhook?: string;
  /**
   * Secret that webhook requests are signed with: `whsec_` and 24 to 64 bytes in Base64.
   * @default `PLAYWRIGHT_2FA_HUMAN_SECRET`
   * @see https://www.standardwebhooks.com/
   */
  readonly secret?: string;
  /** Time limit for an answer, in milliseconds. The timeout of the test is extended by it. @default 300_000 */
  readonly timeout?: number;
  /**
   * What happens when nobody answered within `timeout`: 'fail', or `{ retryAfter, times }` to ask again after `retryAfter`
   * milliseconds, at most `times` times. Tests wait for it. Jobs and `keep` fail, and try again later. @default 'fail'
   */
  readonly onTimeout?: OnTimeout;
  /** URL under which people reach the sink, such as the URL of a tunnel. @default the URL that the tests use */
  readonly url?: string;
}

const MEMBERS = ['webhook', 'secret', 'timeout', 'onTimeout', 'url'] as const satisfies (keyof HumanSettings)[];
/** Standard Webhooks, "Signature scheme": 192 to 512 bits. */
const KEY_BYTES = { min: 24, max: 64 };
const MAX_TIMEOUT = 24 * 3_600_000;

/** Returns every problem of the settings, without secrets. */
export function humanProblems(settings: HumanSettings): string[] {
  const { webhook, secret, timeout, onTimeout, url } = settings;
  const unknown = Object.keys(settings).filter((key) => !(MEMBERS as readonly string[]).includes(key));
  const problems = unknown.map((key) => `\`human\` has no member "${key}". ${suggest(key, MEMBERS)}`);
  if (webhook !== undefined && !isSafeWebhook(webhook))
    problems.push(
      '`human.webhook` must be an https URL (http is allowed only for localhost): requests contain the URL of the answer page',
    );
  if (secret !== undefined && !(keyOf(secret) && isStrong(secret.slice('whsec_'.length))))
    problems.push(
      `\`human.secret\` must be a Standard Webhooks secret: whsec_ followed by ${KEY_BYTES.min} to ${KEY_BYTES.max} random bytes in Base64`,
    );
  if (timeout !== undefined && !(timeout > 0 && timeout < MAX_TIMEOUT))
    problems.push(`\`human.timeout\` must be a number of milliseconds above 0 and below one day, but is ${timeout}`);
  const policyProblem = onTimeoutProblem(onTimeout, timeout ?? DEFAULT_TIMEOUT);
  if (policyProblem !== undefined) problems.push(policyProblem);
  if (url !== undefined && !/^https?:\/\/[^/]/.test(url))
    problems.push('`human.url` must be a URL such as https://tunnel.example.com');
  return problems;
}

/**
 * Merges the settings with those of the environment. Returns `undefined` if neither configures a person.
 *
 * @throws TwoFactorError `SETTINGS_INVALID`, with all problems in one error
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
      `\`human.webhook\` needs \`human.secret\` (or ${SECRET_VARIABLE}): the receiver verifies requests with it`,
    );
  if (problems.length === 0) return all;
  const list = problems.map((problem) => `\n  - ${problem}`).join('');
  throw new TwoFactorError('SETTINGS_INVALID', `The \`human\` settings are invalid:${list}`);
}

/** Decodes the key of a Standard Webhooks secret. Returns `undefined` if the secret is invalid. */
export function keyOf(secret: string): Buffer | undefined {
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  const key = Buffer.from(base64, 'base64');
  return key.length >= KEY_BYTES.min && key.length <= KEY_BYTES.max ? key : undefined;
}

/** True for https, and for http on this machine. */
export function isSafeWebhook(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  const isLocal = hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isLocal);
}
