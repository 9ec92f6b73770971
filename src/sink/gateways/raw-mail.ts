import { readAddresses } from './addresses.ts';
import { GatewayProblem, type RawMail } from './gateway.ts';

/** Maximum size of the headers of a mail, in bytes. */
const MAX_HEADERS = 256 * 1024;

/**
 * Reads the envelope of a mail that its sender composed. What is not given is in its headers. The header Bcc is removed,
 * as every server does.
 *
 * @throws GatewayProblem 400 without headers, or without a recipient
 */
export function readRawMail(bytes: Buffer, sender: string | undefined, recipients: readonly string[]): RawMail {
  const { headers, rest } = split(bytes);
  const addressesIn = (...names: string[]): string[] =>
    headers
      .filter(({ name }) => names.includes(name))
      .flatMap(({ value }) => readAddresses(value).map(({ address }) => address))
      .filter((address) => address.includes('@'));
  const to = recipients.length > 0 ? recipients : addressesIn('to', 'cc', 'bcc');
  const [from = sender] = sender === undefined ? addressesIn('from') : [sender];
  if (from === undefined) throw new GatewayProblem(400, 'Missing required header From.');
  if (to.length === 0) throw new GatewayProblem(400, 'Missing required header To.');
  const kept = headers.filter(({ name }) => name !== 'bcc').map(({ source }) => source);
  return { raw: Buffer.concat([Buffer.from(kept.join(''), 'latin1'), rest]), from, recipients: to };
}

interface Header {
  /** Name in lower case. */
  readonly name: string;
  /** Value, with its folding removed. */
  readonly value: string;
  readonly source: string;
}

function split(bytes: Buffer): { readonly headers: readonly Header[]; readonly rest: Buffer } {
  const head = bytes.toString('latin1', 0, MAX_HEADERS);
  const end = /\r?\n(?=\r?\n)/.exec(head);
  const length = end ? end.index + end[0].length : head.length;
  const sources = head.slice(0, length).match(/[^\n]*(?:\n[ \t][^\n]*)*\n?/g) ?? [];
  const headers = sources
    .filter((source) => source !== '')
    .map((source) => {
      const [, name = '', value = ''] = /^([^\s:]+)[ \t]*:(.*)$/s.exec(source) ?? [];
      return {
        name: name.toLowerCase(),
        value: Buffer.from(value.replace(/\r?\n/g, '').trim(), 'latin1').toString(),
        source,
      };
    });
  return { headers, rest: bytes.subarray(length) };
}
