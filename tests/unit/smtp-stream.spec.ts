import { expect, test } from '@playwright/test';
import fc from '../support/property.ts';
import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { skipAhead } from '../../src/sink/smtp-stream.ts';

/** Parses chunks and returns the mails, and the commands around them. */
async function parse(parser: SMTPStream, chunks: readonly Buffer[]): Promise<string[]> {
  const seen: string[] = [];
  parser.oncommand = (command, done) => {
    seen.push(`command ${command.toString()}`);
    if (command.toString() === 'DATA') {
      const parts: Buffer[] = [];
      const stream = parser.startDataMode(1e9);
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        seen.push(`mail ${Buffer.concat(parts).toString('latin1')}`);
        parser.continue();
      });
    }
    done?.();
  };
  for (const chunk of chunks) await new Promise((done) => parser.write(chunk, done));
  const closed = new Promise((done) => parser.on('close', done));
  parser.end();
  await closed;
  return seen;
}

test('the patched parser finds the same mails and commands, however the bytes are split', async () => {
  const piece = fc.constantFrom('.', '..', '\r\n', '\r', '\n', '\r\n.', 'a', 'words and words', 'x'.repeat(40));
  const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 20 }), cuts, async (pieces, sizes) => {
      const bytes = Buffer.from(`${pieces.join('')}\r\n.\r\nQUIT\r\n`);
      const chunks = [Buffer.from('DATA\r\n')];
      for (let at = 0, cut = 0; at < bytes.length; cut++) {
        const size = sizes[cut % sizes.length] ?? 1;
        chunks.push(bytes.subarray(at, (at += size)));
      }
      const plain = await parse(new SMTPStream(), chunks);
      expect(await parse(skipAhead(new SMTPStream()), chunks)).toEqual(plain);
    }),
    { numRuns: 500 },
  );
});
