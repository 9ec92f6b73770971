import * as zlib from 'node:zlib';
import { zipOf } from './archive.ts';

/** Content of a file that contains a value in some encoding. */
type Content = string | Buffer | Promise<Buffer>;

interface LeakEncoding {
  /** Name of the file. @default a text file */
  readonly name?: string;
  readonly write: (value: string) => Content;
}

const bytesOf = (text: string): number[] => [...Buffer.from(text)];
const each = (text: string, write: (byte: number) => string, separator = ''): string =>
  bytesOf(text).map(write).join(separator);
const hex = (byte: number, length = 2): string => byte.toString(16).padStart(length, '0');
const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
const groups = (text: string, size: number, separator: string): string =>
  (text.match(new RegExp(`.{1,${size}}`, 'gs')) ?? []).join(separator);
const quoted = (text: string, times: number): string =>
  Array.from({ length: times }).reduce<string>((inner) => JSON.stringify({ v: inner }), text);
/** Archives are told by their bytes: these names say something else. */
const zipped = async (content: string | Buffer, name = 'page.png'): Promise<Buffer> => await zipOf({ name, content });
const around = (text: string): string => `before ${text} after\n`;
const text = (write: (value: string) => string): LeakEncoding => ({ write: (value) => around(write(value)) });
const bytes = (write: (value: string) => Content, name?: string): LeakEncoding =>
  name === undefined ? { write } : { name, write };

/** Encodings of any value, each of which a search has to find and redaction has to mask. */
export const ENCODINGS: Readonly<Record<string, LeakEncoding>> = {
  plain: text((value) => value),
  'a sentence': text((value) => `Your secret is "${value}".`),
  'a form': text((value) => new URLSearchParams({ user: 'ann', secret: value }).toString()),
  'a URL': text((value) => `https://acme.test/in?next=%2F&c=${encodeURIComponent(value)}#x`),
  'a URL in a URL': text((value) => `?to=${encodeURIComponent(`/in?c=${encodeURIComponent(value)}`)}`),
  'percent-encoding of all bytes': text((value) => each(value, (byte) => `%${hex(byte).toUpperCase()}`)),
  'percent-encoding of all bytes, lower case': text((value) => each(value, (byte) => `%${hex(byte)}`)),
  'percent-encoding of all bytes, twice': text((value) => each(value, (byte) => `%25${hex(byte).toUpperCase()}`)),
  JSON: bytes((value) => quoted(value, 1), 'a.json'),
  'JSON in JSON': bytes((value) => quoted(value, 2), 'a.json'),
  'JSON in JSON in JSON': bytes((value) => quoted(value, 3), 'a.json'),
  'a line of a trace': bytes((value) => `${quoted(value, 1)}\n${quoted(value, 2)}\n`, 'a.trace'),
  'JSON with escapes of all characters': bytes(
    (value) => `{"v":"${each(value, (byte) => `\\u${hex(byte, 4)}`)}"}`,
    'a.json',
  ),
  'JSON with escapes in capitals': text(
    (value) => `"${each(value, (byte) => `\\u${hex(byte, 4).toUpperCase()}`.replace('\\U', '\\u'))}"`,
  ),
  'JSON with escapes, in JSON': text((value) => JSON.stringify(`"${each(value, (byte) => `\\u${hex(byte, 4)}`)}"`)),
  Base64: text((value) => base64(value)),
  'Base64, one byte later': text((value) => base64(`=${value}&`)),
  'Base64, two bytes later': text((value) => base64(`v=${value}&`)),
  'Base64 for URLs': text((value) => Buffer.from(`{"?>":"${value}"}`).toString('base64url')),
  'Base64 in JSON': text((value) => JSON.stringify({ body: base64(`{"v":"${value}"}`) })),
  'Basic authorization': text((value) => `x ${base64(`ann:${value}`)}`),
  'the payload of a token': text(
    (value) =>
      `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify({ sub: 'ann', v: value })).toString('base64url')}.c2ln`,
  ),
  'a data URL': bytes((value) => `<img src="data:text/plain;base64,${base64(`the value is ${value}`)}">`, 'a.html'),
  'a page in a page': bytes(
    (value) => `<a href="data:text/html;base64,${base64(`<p>${value}</p>`.padEnd(40))}">`,
    'a.html',
  ),
  'hexadecimal digits': text((value) => each(value, (byte) => hex(byte))),
  'hexadecimal digits in capitals': text((value) => each(value, (byte) => hex(byte).toUpperCase())),
  'hexadecimal escapes': text((value) => each(value, (byte) => `\\x${hex(byte)}`)),
  'hexadecimal escapes in capitals': text((value) => each(value, (byte) => `\\x${hex(byte).toUpperCase()}`)),
  'hexadecimal escapes in JSON': text((value) => JSON.stringify(each(value, (byte) => `\\x${hex(byte)}`))),
  'decimal entities': text((value) => each(value, (byte) => `&#${byte};`)),
  'hexadecimal entities': text((value) => each(value, (byte) => `&#x${hex(byte)};`)),
  'hexadecimal entities in capitals': text((value) => each(value, (byte) => `&#x${hex(byte).toUpperCase()};`)),
  'quoted-printable of all bytes': text((value) => each(value, (byte) => `=${hex(byte).toUpperCase()}`)),
  'UTF-16': bytes((value) => Buffer.from(around(value), 'utf16le')),
  'UTF-16 with a mark': bytes((value) => Buffer.from(`\uFEFF${around(value)}`, 'utf16le')),
  'UTF-16, big end first': bytes((value) => Buffer.from(around(value), 'utf16le').swap16()),
  'UTF-16, big end first, with a mark': bytes((value) => Buffer.from(`\uFEFF${around(value)}`, 'utf16le').swap16()),
  'a NUL between the bytes': bytes((value) => Buffer.from([...around(value)].join('\0'))),
  'bytes that are not text': bytes((value) =>
    Buffer.concat([Buffer.from([0xff, 0, 0xc3]), Buffer.from(value), Buffer.from([0xfe])]),
  ),
  gzip: bytes((value) => zlib.gzipSync(around(value)), 'body'),
  'gzip twice': bytes((value) => zlib.gzipSync(zlib.gzipSync(around(value))), 'body'),
  deflate: bytes((value) => zlib.deflateSync(around(value)), 'body'),
  'deflate without a header': bytes((value) => zlib.deflateRawSync(around(value)), 'body.deflate'),
  Brotli: bytes((value) => zlib.brotliCompressSync(around(value)), 'body.br'),
  'a ZIP archive': bytes((value) => zipped(around(value), 'a.txt'), 'a.zip'),
  'a ZIP archive without a name': bytes((value) => zipped(around(value), 'a.txt'), 'attachment'),
  'a ZIP archive that is called a picture': bytes((value) => zipped(around(value), 'a.txt'), 'page.png'),
  'a ZIP archive in a ZIP archive': bytes(async (value) => await zipped(await zipped(around(value), 'a.txt'))),
  'three ZIP archives in each other': bytes(
    async (value) => await zipped(await zipped(await zipped(around(value), 'a.txt'), 'b'), 'c.dat'),
  ),
  'a ZIP archive in gzip': bytes(async (value) => zlib.gzipSync(await zipped(around(value), 'a.txt')), 'body'),
  'gzip in a ZIP archive': bytes((value) => zipped(zlib.gzipSync(around(value)), 'font.woff')),
  'colors between the characters': text((value) => [...value].map((one) => `\u001b[31m${one}`).join('') + '\u001b[39m'),
  'colors in the middle': text((value) => `${value.slice(0, 3)}\u001b[7m${value.slice(3)}\u001b[27m`),
  'a header': text((value) => `x-value: ${value}\r\n`),
  'an XML section': text((value) => `<v><![CDATA[${value}]]></v>`),
  'a comment': text((value) => `<!--${value}-->`),
  'a CSV file': text((value) => `ann,"${value}",1`),
};

const { zstdCompressSync } = zlib as unknown as { readonly zstdCompressSync?: (text: string) => Buffer };

/** Zstandard, if Node has it. */
export const ZSTANDARD: Readonly<Record<string, LeakEncoding>> = zstdCompressSync
  ? { Zstandard: bytes((value) => zstdCompressSync(around(value)), 'body') }
  : {};

/** Encodings of a code of six digits, beside those of any value. */
export const CODE_ENCODINGS: Readonly<Record<string, LeakEncoding>> = {
  'a number': bytes((code) => `{"code":${code}}`, 'a.json'),
  'a list of numbers': bytes((code) => `{"code":[${[...code].join(',')}]}`, 'a.json'),
  'a list of texts': text((code) => JSON.stringify([...code])),
  'a list of texts in JSON': text((code) => JSON.stringify(JSON.stringify([...code]))),
  'fields of a form': text((code) => [...code].map((digit, index) => `d${index}=${digit}`).join('&')),
  'indexed fields of a form': text((code) => [...code].map((digit, index) => `d[${index}]=${digit}`).join('&')),
  'fields of JSON': text((code) =>
    JSON.stringify(Object.fromEntries([...code].map((digit, index) => [`d${index}`, digit]))),
  ),
  'a span for each digit': text((code) => [...code].map((digit) => `<span class="digit">${digit}</span>`).join('')),
  'a list item for each digit': text((code) => [...code].map((digit) => `<li>\n  ${digit}\n</li>`).join('\n')),
  'one digit a line': text((code) => [...code].join('\n')),
  'digits with spaces': text((code) => [...code].join(' ')),
  'two halves': text((code) => groups(code, 3, ' ')),
  'two halves with a hyphen': text((code) => groups(code, 3, '-')),
  'two halves with a space that does not break': text((code) => groups(code, 3, '\u00a0')),
  'two halves with an entity': text((code) => groups(code, 3, '&nbsp;')),
  'groups of two': text((code) => groups(code, 2, ' ')),
  'boxes of an accessibility snapshot': text((code) =>
    [...code].map((digit, index) => `- textbox "Digit ${index + 1}" [ref=e${index}]: "${digit}"\n`).join(''),
  ),
  'boxes of a page snapshot': bytes(
    (code) => `${JSON.stringify({ html: [...code].map((digit) => ['INPUT', { __playwright_value_: digit }]) })}\n`,
    'a.trace',
  ),
};

/** Encodings of a seed, beside those of any value. */
export const SEED_ENCODINGS: Readonly<Record<string, LeakEncoding>> = {
  'groups of four': text((seed) => groups(seed, 4, ' ')),
  'groups of four with hyphens': text((seed) => groups(seed, 4, '-')),
  'groups of three': text((seed) => groups(seed, 3, ' ')),
  'groups of eight': text((seed) => groups(seed, 8, ' ')),
  'small letters in groups': text((seed) => groups(seed.toLowerCase(), 4, ' ')),
  'small letters': text((seed) => seed.toLowerCase()),
  'the URI of an authenticator': text((seed) => `otpauth://totp/Acme:ann?secret=${seed}&issuer=Acme`),
};
