import type { FindLinkOptions } from '../../codes/find-link.ts';
import { defined } from '../../core/defined.ts';
import { suggest } from '../../core/suggest.ts';
import type { MessageKind } from '../../message/address.ts';
import type { Mark } from '../../message/message.ts';
import { type ReadCodeFormat, codeFormatProblems, readCodeFormat } from '../../waiting/code-format.ts';
import type { MessageFilter } from '../../waiting/filter.ts';
import { readRecipient } from '../recipient.ts';
import type { MessageStore } from '../store.ts';
import { type GivenMark, readMark } from './mark-text.ts';

/** Subject of a wait. */
export type Wanted = 'code' | 'link' | 'message';

/** A checked wait. */
export interface WaitRequest {
  readonly kind: MessageKind;
  /** The recipient, as the gateways read it. */
  readonly to: string;
  readonly after: GivenMark;
  readonly filter: MessageFilter;
  /** Milliseconds. */
  readonly timeout: number;
  readonly format: ReadCodeFormat;
  readonly link: FindLinkOptions;
  /** True if the wait takes its message, so that no other wait does. */
  readonly claim: boolean;
}

/** Default and maximum time limit of a wait, in milliseconds. */
const DEFAULT_TIMEOUT = 20_000;
const MAX_TIMEOUT = 600_000;
/** Maximum length of a parameter, in characters. */
const MAX_LENGTH = 320;
const LINK_KINDS = ['verify', 'sign-in', 'reset', 'invite'] as const;

const COMMON = ['to', 'after', 'from', 'subject', 'timeout', 'claim'];
const OWN: Readonly<Record<Wanted, readonly string[]>> = {
  code: ['length', 'charset', 'pattern'],
  link: ['text', 'host', 'kind'],
  message: [],
};

type Query = Readonly<Record<string, string>>;

interface Surroundings {
  readonly store: MessageStore;
  /** Mark of the time of the request. */
  readonly begun: Mark;
  /** Country of numbers without a country code. */
  readonly country: string | undefined;
}

/** Reads the parameters of a wait, or returns every problem of them. */
export async function readWait(
  wanted: Wanted,
  parameters: Readonly<Record<string, readonly string[]>>,
  { store, begun, country }: Surroundings,
): Promise<WaitRequest | { readonly problems: string[] }> {
  const query = Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, values[0] ?? '']));
  const problems = namesProblems(wanted, query);
  for (const [name, { length }] of Object.entries(parameters))
    if (length > 1) problems.push(`\`${name.slice(0, 40)}\` was given ${length} times`);
  const recipient = await readRecipient(query['to'], country);
  const after =
    query['after'] === undefined ? { mark: begun, isOfEarlierSink: false } : readMark(query['after'], store);
  const timeout = query['timeout'] === undefined ? DEFAULT_TIMEOUT : Number(query['timeout']);
  const kind = LINK_KINDS.find((one) => one === query['kind']);
  const format = formatOf(wanted === 'code' ? query : {});
  if ('problem' in recipient) problems.push(recipient.problem);
  if (!after) problems.push('`after` must be a mark of GET /api/mark, the id of a message, or a sequence number');
  if (!Number.isInteger(timeout) || timeout < 1 || timeout > MAX_TIMEOUT || query['timeout'] === '')
    problems.push(`\`timeout\` must be an integer from 1 to ${MAX_TIMEOUT}, in milliseconds`);
  if (!['true', 'false', undefined].includes(query['claim'])) problems.push('`claim` must be true or false');
  if (wanted === 'link' && query['kind'] !== undefined && !kind)
    problems.push(`\`kind\` must be one of ${LINK_KINDS.join(', ')}`);
  problems.push(...codeFormatProblems(format).map((problem) => `\`${formatMember(problem)}\` ${problem}`));
  if (problems.length > 0 || 'problem' in recipient || !after) return { problems };
  const { from, subject, text, host } = query;
  return {
    ...recipient,
    ...{ after, timeout },
    filter: defined({ from, subject }),
    format: readCodeFormat(format),
    link: defined({ text, host, kind }),
    claim: query['claim'] === 'true',
  };
}

function namesProblems(wanted: Wanted, query: Query): string[] {
  const known = [...COMMON, ...OWN[wanted]];
  return Object.entries(query).flatMap(([name, value]) => {
    if (!known.includes(name))
      return [
        `"${name.slice(0, 40)}" is not a parameter of a wait for a ${wanted}. ${suggest(name.slice(0, 40), known)}`,
      ];
    return value.length > MAX_LENGTH ? [`\`${name}\` may have ${MAX_LENGTH} characters`] : [];
  });
}

function formatOf({ length, charset, pattern }: Query): Record<string, string | number> {
  return {
    ...(length === undefined ? {} : { length: length === '' ? Number.NaN : Number(length) }),
    ...(charset === undefined ? {} : { charset }),
    ...(pattern === undefined ? {} : { pattern }),
  };
}

/** Returns the member that a problem of a code format is about. */
function formatMember(problem: string): string {
  return ['length', 'charset', 'pattern'].find((name) => problem.includes(`invalid ${name}`)) ?? 'code';
}
