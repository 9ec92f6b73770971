import type { SMTPStream } from 'smtp-server/lib/smtp-stream.js';

/** How many bytes the parser holds back at the end of a chunk: the end of the mail may begin in them. */
const HELD_BACK = 4;

/**
 * Lets a parser pass on a chunk without a line that begins with a dot as a whole. Only such a line can end a mail or
 * hold an escaped dot, and `smtp-server` looks for it byte by byte, which is most of its work on a large mail.
 */
export function skipAhead(parser: SMTPStream): SMTPStream {
  const feed = parser._feedDataStream.bind(parser);
  parser._feedDataStream = (chunk, done) => {
    const held = parser._lastBytes || NOTHING;
    const stream = parser._dataStream;
    const isPlain = !parser._atDataStart && stream?.writable && chunk.length > HELD_BACK && !hasDottedLine(held, chunk);
    if (!isPlain) return feed(chunk, done);
    const end = chunk.length - HELD_BACK;
    parser._lastBytes = chunk.subarray(end);
    parser._countDataBytes(held.length + end);
    if (held.length > 0) stream.write(held);
    if (stream.write(chunk.subarray(0, end))) return done();
    const drained = (): void => {
      stream.off('drain', drained);
      stream.off('close', drained);
      done();
    };
    stream.on('drain', drained);
    stream.on('close', drained);
  };
  return parser;
}

const NOTHING = Buffer.alloc(0);

function hasDottedLine(held: Buffer, chunk: Buffer): boolean {
  return chunk.includes('\n.') || Buffer.concat([held, chunk.subarray(0, 1)]).includes('\n.');
}
