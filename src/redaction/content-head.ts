import { open } from 'node:fs/promises';
import { MAGIC_LENGTH } from './compression.ts';

/** Reads the first bytes of a file. */
export async function headOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC_LENGTH), 0, MAGIC_LENGTH, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Reads the first bytes of content, which is returned whole. */
export async function peek(
  content: AsyncIterable<Buffer>,
): Promise<{ readonly head: Buffer; readonly all: AsyncIterable<Buffer> }> {
  const iterator = content[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  let size = 0;
  while (size < MAGIC_LENGTH) {
    const next = await iterator.next();
    if (next.done) break;
    chunks.push(next.value);
    size += next.value.length;
  }
  const start = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  async function* all(): AsyncGenerator<Buffer> {
    if (start.length > 0) yield start;
    yield* { [Symbol.asyncIterator]: () => iterator };
  }
  return { head: start.subarray(0, MAGIC_LENGTH), all: all() };
}

/** Passes content on, up to a number of bytes. */
export function limitTo(bytes: number): (content: AsyncIterable<Buffer>) => AsyncGenerator<Buffer> {
  return async function* (content) {
    let size = 0;
    for await (const chunk of content) {
      size += chunk.length;
      if (size > bytes) throw new Error(`it holds more than ${bytes} bytes`);
      yield chunk;
    }
  };
}
