import type { Message } from '../message/message.ts';
import type { RankedCode } from './ranked-code.ts';

type Declared = Omit<RankedCode, 'score'>;

/** Returns the code that a message declares for an origin. @default the code for any origin */
export function declaredCode(message: Message, origin?: string): Declared | undefined {
  return tokenOfHeader(message, origin) ?? originBoundCode(message, origin);
}

/**
 * Returns the origin or host that a message binds its code to, if it is not that of `origin`. The code is for another
 * site then, wherever else the message repeats it.
 */
export function boundElsewhere(message: Message, origin: string | undefined): string | undefined {
  if (origin === undefined) return undefined;
  const bound = boundOf(message.headers['otp-token']);
  if (bound !== undefined) return sameOrigin(bound, origin) ? undefined : bound;
  const hosts = [...bodiesOf(message)].flatMap((body) => boundLines(body)).map(([, host = '']) => host);
  return hosts.some((host) => isHostOf(host, origin)) ? undefined : hosts.at(-1);
}

/**
 * Returns the code of an `OTP-Token` header: `"123456"; origin="https://example.com"`.
 *
 * @see https://datatracker.ietf.org/doc/draft-goto-otp-token/
 */
function tokenOfHeader({ headers }: Message, origin?: string): Declared | undefined {
  const header = headers['otp-token'];
  const [, code] = TOKEN.exec(header ?? '') ?? [];
  if (!code) return undefined;
  const bound = boundOf(header);
  if (origin !== undefined && bound !== undefined && !sameOrigin(bound, origin)) return undefined;
  return { code: code.replace(/\\(.)/g, '$1'), reasons: ['the OTP-Token header'], where: 'header', position: 0 };
}

/**
 * Returns the code of an origin-bound line: `@example.com #123456`. The specification requires it to be the last line,
 * but mail programs add lines of their own below it.
 *
 * @see https://wicg.github.io/sms-one-time-codes/
 */
function originBoundCode(message: Message, origin?: string): Declared | undefined {
  for (const body of bodiesOf(message)) {
    const lines = boundLines(body).filter(([, host = '']) => origin === undefined || isHostOf(host, origin));
    const line = lines.at(-1);
    const [, host, code] = line ?? [];
    if (!line || !host || !code) continue;
    return {
      code,
      reasons: [`bound to ${host} by its last line`],
      where: 'text',
      position: line.index,
    };
  }
  return undefined;
}

const TOKEN = /^\s*"((?:[^"\\]|\\.){1,64})"\s*(.*)$/s;

/** Returns the origin of an `OTP-Token` header. */
function boundOf(header: string | undefined): string | undefined {
  const [, , parameters = ''] = TOKEN.exec(header ?? '') ?? [];
  return /;\s*origin="([^"]*)"/.exec(parameters)?.[1];
}

function boundLines(body: string): RegExpExecArray[] {
  if (!body.includes(' #')) return [];
  const line =
    /^[^\S\r\n\u2028\u2029]*@([a-z\d](?:[a-z\d.-]*[a-z\d])?(?::\d+)?) #([^\s#@%]{1,64})(?: [@%]\S+)?[^\S\r\n\u2028\u2029]*\r?$/gim;
  return [...body.matchAll(line)];
}

/** Yields the texts that may hold such a line. HTML is read only if it looks like it has one. */
function* bodiesOf(message: Message): Generator<string> {
  const { plain, html } = message;
  if (plain !== undefined) yield plain;
  if (html === undefined ? plain === undefined : BOUND_IN_HTML.test(html)) yield message.text;
}

const BOUND_IN_HTML = /@[\w.-]+(?::\d+)?(?:\s|&nbsp;|<[^>]{0,200}>){1,5}(?:#|&#)/;

function sameOrigin(a: string, b: string): boolean {
  return URL.canParse(a) && URL.canParse(b) && new URL(a).origin === new URL(b).origin;
}

function isHostOf(host: string, origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  return (
    url.host === host.toLowerCase() ||
    url.hostname === host.toLowerCase() ||
    url.hostname.endsWith(`.${host.toLowerCase()}`)
  );
}
