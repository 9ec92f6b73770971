import { expect, test } from '@playwright/test';
import { type BytePattern, ByteSearch } from '../../src/redaction/byte-search.ts';
import { cpuTime } from '../support/cpu-time.ts';
import fc from '../support/property.ts';

type Place = readonly [start: number, end: number];

/** Looks at every place for every pattern. */
function naive(patterns: readonly BytePattern[], haystack: Buffer, from: number): Place[] {
  const places: Place[] = [];
  const longestFirst = patterns.toSorted((a, b) => b.bytes.length - a.bytes.length);
  for (let start = from; start < haystack.length;) {
    const end = longestFirst
      .filter(({ bytes }) => haystack.subarray(start, start + bytes.length).equals(bytes))
      .map(({ bytes, fits }) => ({ end: start + bytes.length, fits }))
      .find(({ end, fits }) => fits?.(haystack, start, end) ?? true)?.end;
    if (end !== undefined) places.push([start, end]);
    start = end ?? start + 1;
  }
  return places;
}

function places(patterns: readonly BytePattern[], haystack: Buffer, from = 0): Place[] {
  return new ByteSearch(patterns).find(haystack, from).map(({ start, end }) => [start, end]);
}

/** Few letters, so that there are many hits, near misses, and patterns that begin or end with another. */
const letters = (min: number, max: number): fc.Arbitrary<Buffer> =>
  fc.string({ unit: fc.constantFrom(...'aab1'), minLength: min, maxLength: max }).map((text) => Buffer.from(text));
const any = (min: number, max: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ minLength: min, maxLength: max }).map((bytes) => Buffer.from(bytes));
const standsAlone: BytePattern['fits'] = (haystack, start, end) =>
  haystack[start - 1] !== 0x31 && haystack[end] !== 0x31;
const pattern = (bytes: fc.Arbitrary<Buffer>): fc.Arbitrary<BytePattern> =>
  fc.oneof(
    bytes.map((bytes) => ({ bytes })),
    bytes.map((bytes) => ({ bytes, fits: standsAlone })),
  );

test('many patterns are found where a search for each at every place finds them, the leftmost and longest', () => {
  const patterns = fc.array(pattern(letters(2, 9)), { maxLength: 12 });
  fc.assert(
    fc.property(patterns, letters(0, 120), fc.nat(20), (patterns, haystack, from) => {
      expect(places(patterns, haystack, from)).toEqual(naive(patterns, haystack, from));
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
      expect(places(patterns, haystack)).toEqual(naive(patterns, haystack, 0));
    }),
    { numRuns: 300 },
  );
});

test('nothing is found by no patterns, in nothing, and beyond the end', () => {
  const abc = { bytes: Buffer.from('abc') };
  expect(places([], Buffer.from('abc'))).toEqual([]);
  expect(places([abc], Buffer.alloc(0))).toEqual([]);
  expect(places([abc], Buffer.from('ab'))).toEqual([]);
  expect(places([abc], Buffer.from('abc'), 5)).toEqual([]);
});

test('a pattern longer than the widest leap is found where it begins and ends with the text', () => {
  const long = Buffer.from('x'.repeat(999) + 'y');
  expect(places([{ bytes: long }], long)).toEqual([[0, 1000]]);
  expect(places([{ bytes: long }], Buffer.concat([Buffer.from('xxx'), long, long]))).toEqual([
    [3, 1003],
    [1003, 2003],
  ]);
});

test('what comes before the place where a search begins is seen by those who ask whether a hit stands alone', () => {
  const number = { bytes: Buffer.from('482913'), fits: standsAlone };
  expect(places([number], Buffer.from('1482913'), 1)).toEqual([]);
  expect(places([number], Buffer.from(' 482913'), 1)).toEqual([[1, 7]]);
});

test('thousands of patterns that begin alike are made ready in time', async () => {
  const patterns = Array.from({ length: 40_000 }, (_, number) => ({ bytes: Buffer.from(`eyJhbGciOi${number}`) }));
  const find = (): void => expect(new ByteSearch(patterns).find(Buffer.from('eyJhbGciOi39999'))).toHaveLength(1);
  expect(await cpuTime(find)).toBeLessThan(3000);
});
