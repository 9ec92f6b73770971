import { expect, test } from '@playwright/test';
import fc from '../support/property.ts';
import { type Piece, Slabs } from '../../src/sink/slabs.ts';

const SLAB = 1024 * 1024;

type Deed =
  | { readonly do: 'keep'; readonly size: number; readonly cuts: readonly number[] }
  | { readonly do: 'free' | 'read'; readonly which: number };

const size = fc.oneof(
  { weight: 4, arbitrary: fc.nat(300) },
  { weight: 4, arbitrary: fc.integer({ min: 100_000, max: 600_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, SLAB - 1, SLAB, SLAB + 1, 2 * SLAB) },
);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('keep'),
      size,
      cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('free'), which: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('read'), which: fc.nat(50) }) },
);

/** Bytes that no other piece has, and that show when they are shifted. */
function bytesOf(number: number, size: number): Buffer {
  return Buffer.alloc(size, `${number}:${size};`);
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [0, ...at.map((part) => Math.floor(part * bytes.length)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

/** How many slabs a piece of work asks the system for. */
function slabsTaken(work: () => void): number {
  const { allocUnsafeSlow } = Buffer;
  let taken = 0;
  Buffer.allocUnsafeSlow = (size) => {
    taken++;
    return allocUnsafeSlow(size);
  };
  try {
    work();
  } finally {
    Buffer.allocUnsafeSlow = allocUnsafeSlow;
  }
  return taken;
}

test('whatever is kept, read and freed, a piece gives the bytes that were put in, and throws once it is freed', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 40 }), (deeds) => {
      const slabs = new Slabs();
      const pieces: { readonly piece: Piece; readonly bytes: Buffer; freed: boolean }[] = [];
      const check = ({ piece, bytes, freed }: (typeof pieces)[number]): void => {
        if (freed) expect(() => piece.read()).toThrow('freed');
        else expect(piece.read().equals(bytes)).toBe(true);
        expect(piece.size).toBe(bytes.length);
      };
      for (const deed of deeds) {
        if (deed.do === 'keep') {
          const bytes = bytesOf(pieces.length, deed.size);
          pieces.push({ piece: slabs.keep(cut(bytes, deed.cuts)), bytes, freed: false });
          continue;
        }
        const chosen = pieces[deed.which % pieces.length];
        if (chosen && deed.do === 'read') check(chosen);
        if (chosen && deed.do === 'free') {
          slabs.free(chosen.piece);
          chosen.freed = true;
        }
      }
      for (const piece of pieces) check(piece);
    }),
    { numRuns: 150 },
  );
});

test.describe('the memory of freed pieces is used again', () => {
  for (const [when, kept, slabsNeeded] of [
    ['when each is freed at once', 0, 2],
    ['when ten are held at any time', 10, 6], // three a slab make four, beside one that fills and one that empties
  ] as const) {
    test(when, () => {
      const taken = slabsTaken(() => {
        const slabs = new Slabs();
        const held: Piece[] = [];
        for (let number = 0; number < 1000; number++) {
          held.push(slabs.keep([bytesOf(number, 300_000)]));
          if (held.length > kept) slabs.free(held.shift() as Piece);
        }
      });
      expect(taken).toBeLessThanOrEqual(slabsNeeded);
    });
  }
});

test('a slab is filled to its last byte, and not beyond', () => {
  const slabs = new Slabs();
  const sizes = [SLAB - 1, 1, SLAB - 1, 2];
  const pieces: Piece[] = [];
  const taken = slabsTaken(() => pieces.push(...sizes.map((size, number) => slabs.keep([bytesOf(number, size)]))));
  expect(taken).toBe(3);
  expect(pieces.map((piece, number) => piece.read().equals(bytesOf(number, piece.size)))).toEqual(
    sizes.map(() => true),
  );
});

test('a piece that alone is left in its slab keeps it from being used again', () => {
  const slabs = new Slabs();
  const last = slabs.keep([bytesOf(0, 1000)]);
  for (let number = 1; number < 50; number++) slabs.free(slabs.keep([bytesOf(number, 400_000)]));
  expect(last.read().equals(bytesOf(0, 1000))).toBe(true);
});

test('freeing a piece twice does not give away what lies beside it', () => {
  const slabs = new Slabs();
  const [piece, beside] = [slabs.keep([bytesOf(1, 1000)]), slabs.keep([bytesOf(2, 1000)])];
  slabs.keep([bytesOf(3, SLAB)]);
  slabs.free(piece);
  slabs.free(piece);
  slabs.keep([bytesOf(4, SLAB)]);
  expect(beside.read().equals(bytesOf(2, 1000))).toBe(true);
});

test('what was read stays as it is when the memory is used again', () => {
  const slabs = new Slabs();
  const pieces = [slabs.keep([bytesOf(1, SLAB)]), slabs.keep([bytesOf(2, SLAB)])];
  const read = pieces.map((piece) => piece.read());
  for (const piece of pieces) slabs.free(piece);
  for (let number = 3; number < 6; number++) slabs.keep([bytesOf(number, SLAB)]);
  expect(read.map((bytes, index) => bytes.equals(bytesOf(index + 1, SLAB)))).toEqual([true, true]);
});
