import type { SMTPStream } from 'smtp-server/lib/smtp-stream.js';

/** Time without a byte after which a client waits for a reply, in milliseconds. */
export const LINE_END_TIMEOUT = 3000;

const CR = 0x0d;
const LF = 0x0a;
const LONGEST_END = 5;
/** The end of a mail with a wrong line end in it: `<LF>.<LF>`, `<LF>.<CRLF>`, `<CR>.<CR>` and the like. */
const WRONG_END = /(?:[\r\n]\.\r?\n|\r\.\r)$/;
const CORRECT_END = '\r\n.\r\n';

const BODY =
  'The mail ends with a dot, but not with <CRLF>.<CRLF>: its lines must end with CRLF (RFC 5321 section 2.3.8)';
const COMMAND = 'The command ends with CR: lines must end with CRLF (RFC 5321 section 2.3.8)';

export interface LineEndOptions {
  /** Time without a byte after which a client waits for a reply, in milliseconds. */
  readonly timeout: number;
  /** Called if a client waits for a reply, because its line ends are wrong. */
  readonly onWrongEnd: (text: string) => void;
}

/**
 * Makes a parser accept a client that ends all its lines with LF, and notice one whose line ends are wrong.
 *
 * A client that has sent no CRLF yet is one that ends lines with LF: its `<LF>.<LF>` ends a mail. For all others, only
 * `<CRLF>.<CRLF>` does. Otherwise the text of a mail could contain `<LF>.<LF>` and commands behind it, which the sink would
 * obey (SMTP smuggling). If such a client waits for a reply after `<LF>.<LF>`, it gets an error, and its connection ends.
 */
export function watchLineEnds(parser: SMTPStream, { timeout, onWrongEnd }: LineEndOptions): void {
  const write = parser.write.bind(parser) as (chunk: Buffer, ...rest: unknown[]) => boolean;
  let endsWithLf = true;
  let tail = '';
  let timer: NodeJS.Timeout | undefined;
  parser.write = (chunk: Buffer, ...rest: unknown[]): boolean => {
    clearTimeout(timer);
    const given = endsWithLf ? withCrlf(chunk, tail.endsWith('\r')) : { bytes: chunk, endsWithLf };
    endsWithLf = given.endsWithLf;
    tail = (tail + chunk.toString('latin1', Math.max(0, chunk.length - LONGEST_END))).slice(-LONGEST_END);
    if (mayWait(tail)) timer = setTimeout(look, timeout).unref();
    return write(given.bytes, ...rest);
  };

  function look(): void {
    if (parser.isClosed) return; // the connection has ended
    if (parser._dataMode) {
      if (WRONG_END.test(tail)) onWrongEnd(BODY);
    } else if (parser._remainder.endsWith('\r')) onWrongEnd(COMMAND);
  }
}

/** Returns true if a client may wait for a reply after these bytes, because of its line ends. */
function mayWait(tail: string): boolean {
  return tail !== CORRECT_END && (tail.endsWith('\r') || WRONG_END.test(tail));
}

/** Replaces LF by CRLF up to the first CRLF, from which on the client counts as one that sends CRLF. */
function withCrlf(chunk: Buffer, isAfterCr: boolean): { readonly bytes: Buffer; readonly endsWithLf: boolean } {
  const pieces: Buffer[] = [];
  let start = 0;
  for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) {
    if (at === 0 ? isAfterCr : chunk[at - 1] === CR)
      return { bytes: Buffer.concat([...pieces, chunk.subarray(start)]), endsWithLf: false };
    pieces.push(chunk.subarray(start, at), Buffer.from('\r\n'));
    start = at + 1;
  }
  const bytes = start === 0 ? chunk : Buffer.concat([...pieces, chunk.subarray(start)]);
  return { bytes, endsWithLf: true };
}
