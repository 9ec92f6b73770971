import { expect, test } from '@playwright/test';
import { type BytePattern, ByteSearch } from '../../src/redaction/byte-search.ts';
import { cpuTime } from '../support/cpu-time.ts';
import fc from '../support/property.ts';

type Range = readonly [start: number, end: number];

/** Compares every pattern at every index. */
function naive(patterns: readonly BytePattern[], haystack: Buffer, from: number): Range[] {
  const ranges: Range[] = [];
  const longestFirst = patterns.toSorted((a, b) => b.bytes.length - a.bytes.length);
  for (let start = from; start < haystack.length;) {
    const end = longestFirst
      .filter(({ bytes }) => haystack.subarray(start, start + bytes.length).equals(bytes))
      .map(({ bytes, accepts }) => ({ end: start + bytes.length, accepts }))
      .find(({ end, accepts }) => accepts?.(haystack, start, end) ?? true)?.end;
    if (end !== undefined) ranges.push([start, end]);
    start = end ?? start + 1;
  }
  return ranges;
}

function find(patterns: readonly BytePattern[], haystack: Buffer, from = 0): Range[] {
  return new ByteSearch(patterns).find(haystack, from).map(({ start, end }) => [start, end]);
}

/** Few letters, so that hits, near misses and patterns with a common prefix or suffix are frequent. */
const letters = (min: number, max: number): fc.Arbitrary<Buffer> =>
  fc.string({ unit: fc.constantFrom(...'aab1'), minLength: min, maxLength: max }).map((text) => Buffer.from(text));
const any = (min: number, max: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ minLength: min, maxLength: max }).map((bytes) => Buffer.from(bytes));
const isSeparate: BytePattern['accepts'] = (haystack, start, end) =>
  haystack[start - 1] !== 0x31 && haystack[end] !== 0x31;
const pattern = (bytes: fc.Arbitrary<Buffer>): fc.Arbitrary<BytePattern> =>
  fc.oneof(
    bytes.map((bytes) => ({ bytes })),
    bytes.map((bytes) => ({ bytes, accepts: isSeparate })),
  );

test('the leftmost and longest patterns are found, as in a naive search', () => {
  const patterns = fc.array(pattern(letters(2, 9)), { maxLength: 12 });
  fc.assert(
    fc.property(patterns, letters(0, 120), fc.nat(20), (patterns, haystack, from) => {
      expect(find(patterns, haystack, from)).toEqual(naive(patterns, haystack, from));
    }),
    { numRuns: 1000 },
  );
});

test('patterns of any bytes are found in any bytes', () => {
  const given = fc.array(pattern(any(2, 300)), { minLength: 1, maxLength: 5 }).chain((patterns) =>
    fc.record({
      patterns: fc.constant(patterns),
      haystack: fc
        .array(fc.oneof(any(0, 40), fc.constantFrom(...patterns.map(({ bytes }) => Buffer.from(bytes)))), {
          maxLength: 10,
        })
        .map((parts) => Buffer.concat(parts)),
    }),
  );
  fc.assert(
    fc.property(given, ({ patterns, haystack }) => {
      expect(find(patterns, haystack)).toEqual(naive(patterns, haystack, 0));
    }),
    { numRuns: 300 },
  );
});

test('nothing is found without patterns, in an empty text, or beyond the end', () => {
  const abc = { bytes: Buffer.from('abc') };
  expect(find([], Buffer.from('abc'))).toEqual([]);
  expect(find([abc], Buffer.alloc(0))).toEqual([]);
  expect(find([abc], Buffer.from('ab'))).toEqual([]);
  expect(find([abc], Buffer.from('abc'), 5)).toEqual([]);
});

test('a pattern longer than the maximum shift is found at the start and the end of the text', () => {
  const long = Buffer.from('x'.repeat(999) + 'y');
  expect(find([{ bytes: long }], long)).toEqual([[0, 1000]]);
  expect(find([{ bytes: long }], Buffer.concat([Buffer.from('xxx'), long, long]))).toEqual([
    [3, 1003],
    [1003, 2003],
  ]);
});

test('`accepts` sees the bytes before the start of the search', () => {
  const number = { bytes: Buffer.from('482913'), accepts: isSeparate };
  expect(find([number], Buffer.from('1482913'), 1)).toEqual([]);
  expect(find([number], Buffer.from(' 482913'), 1)).toEqual([[1, 7]]);
});

test('thousands of patterns with a common prefix are indexed in linear time', async () => {
  const patterns = Array.from({ length: 40_000 }, (_, number) => ({ bytes: Buffer.from(`eyJhbGciOi${number}`) }));
  const search = (): void => expect(new ByteSearch(patterns).find(Buffer.from('eyJhbGciOi39999'))).toHaveLength(1);
  expect(await cpuTime(search)).toBeLessThan(3000);
});
