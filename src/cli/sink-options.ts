import { DAY, HOUR, MINUTE } from '../core/durations.ts';
import { FORWARD_RULES_VARIABLE, FORWARD_VARIABLE, RETENTION_VARIABLE } from '../protocol/sink-variables.ts';
import { type ForwardRule, readForwardRule } from '../sink/forward/forward-rules.ts';
import { type ForwardServer, domainOf, readForwardUrl } from '../sink/forward/forward-url.ts';
import type { Retention } from '../sink/retention.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: MINUTE, h: HOUR, d: DAY };

/** Reads `--forward-to`, or its variable. Adds what is wrong to the problems. */
export function readForward(option: string | undefined, problems: string[]): ForwardServer | undefined {
  const text = option ?? process.env[FORWARD_VARIABLE];
  if (!text) return undefined;
  const server = readForwardUrl(text);
  if ('problem' in server) {
    problems.push(`${option === undefined ? FORWARD_VARIABLE : '--forward-to'}: ${server.problem}`);
    return undefined;
  }
  if (option !== undefined && server.password) problems.push(IN_ARGUMENT);
  return server;
}

const IN_ARGUMENT = `the password of --forward-to was passed as an argument (not repeated here). Other users can see arguments, and the shell keeps them: choose another password, and set ${FORWARD_VARIABLE}`;

/** Reads each `--forward`, or its variable. Adds what is wrong to the problems. */
export function readForwardRules(
  options: readonly string[] | undefined,
  server: ForwardServer | undefined,
  problems: string[],
): readonly ForwardRule[] {
  const texts = options ?? process.env[FORWARD_RULES_VARIABLE]?.split(/\s+/).filter(Boolean) ?? [];
  const name = options === undefined ? FORWARD_RULES_VARIABLE : '--forward';
  if (texts.length > 0 && !server)
    problems.push(`${name} needs a mail server: set --forward-to or ${FORWARD_VARIABLE}`);
  return texts.flatMap((text) => {
    const rule = readForwardRule(text);
    // A URL in place of an address may contain a password.
    if (!rule) problems.push(`each rule of ${name} must be such as alice@codes.acme.com=alice.smith@acme.com`);
    const foreign = rule?.to.map(domainOf).find((domain) => server && !server.domains.includes(domain));
    if (foreign !== undefined)
      problems.push(
        `${name} forwards to ${foreign}, which is not allowed: add allow=${foreign} to the URL of --forward-to`,
      );
    return rule ? [rule] : [];
  });
}

/** Reads `--retention`, or its variable: `all`, `claimed`, or a time such as `15m`. Adds what is wrong to the problems. */
export function readRetention(option: string | undefined, problems: string[]): Retention | undefined {
  const text = option ?? process.env[RETENTION_VARIABLE];
  if (text === undefined || text === 'all' || text === 'claimed') return text;
  const [, count = '', unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const maxAge = Number(count) * (UNITS[unit] ?? 0);
  if (!(maxAge > 0 && maxAge <= 365 * DAY))
    problems.push(`the retention must be all, claimed, or a time such as 90s, 15m or 2h, but is "${text}"`);
  return { maxAge };
}
