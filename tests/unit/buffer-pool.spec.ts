import { expect, test } from '@playwright/test';
import fc from '../support/property.ts';
import { type Allocation, BufferPool } from '../../src/sink/buffer-pool.ts';

const SLAB = 1024 * 1024;

type Action =
  | { readonly do: 'allocate'; readonly size: number; readonly cuts: readonly number[] }
  | { readonly do: 'free' | 'read'; readonly which: number };

const size = fc.oneof(
  { weight: 4, arbitrary: fc.nat(300) },
  { weight: 4, arbitrary: fc.integer({ min: 100_000, max: 600_000 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, SLAB - 1, SLAB, SLAB + 1, 2 * SLAB) },
);
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('allocate'),
      size,
      cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('free'), which: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('read'), which: fc.nat(50) }) },
);

/** Bytes unlike those of any other allocation, in a pattern that reveals a shift. */
function bytesOf(number: number, size: number): Buffer {
  return Buffer.alloc(size, `${number}:${size};`);
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const places = [0, ...at.map((part) => Math.floor(part * bytes.length)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

/** Returns the number of slabs that a function allocates. */
function slabsAllocated(work: () => void): number {
  const { allocUnsafeSlow } = Buffer;
  let count = 0;
  Buffer.allocUnsafeSlow = (size) => {
    count++;
    return allocUnsafeSlow(size);
  };
  try {
    work();
  } finally {
    Buffer.allocUnsafeSlow = allocUnsafeSlow;
  }
  return count;
}

test('an allocation holds its bytes until it is freed, and throws afterwards', () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
      const pool = new BufferPool();
      const entries: { readonly allocation: Allocation; readonly bytes: Buffer; freed: boolean }[] = [];
      const check = ({ allocation, bytes, freed }: (typeof entries)[number]): void => {
        if (freed) expect(() => allocation.bytes).toThrow('freed');
        else expect(allocation.bytes.equals(bytes)).toBe(true);
        expect(allocation.size).toBe(bytes.length);
      };
      for (const action of actions) {
        if (action.do === 'allocate') {
          const bytes = bytesOf(entries.length, action.size);
          entries.push({ allocation: pool.allocate(cut(bytes, action.cuts)), bytes, freed: false });
          continue;
        }
        const chosen = entries[action.which % entries.length];
        if (chosen && action.do === 'read') check(chosen);
        if (chosen && action.do === 'free') {
          pool.free(chosen.allocation);
          chosen.freed = true;
        }
      }
      for (const entry of entries) check(entry);
    }),
    { numRuns: 150 },
  );
});

test.describe('freed memory is reused', () => {
  for (const [when, kept, maxSlabs] of [
    ['when each is freed at once', 0, 2],
    ['when ten are held at any time', 10, 6], // three fit in a slab: four slabs, one being filled and one being emptied
  ] as const) {
    test(when, () => {
      const count = slabsAllocated(() => {
        const pool = new BufferPool();
        const held: Allocation[] = [];
        for (let number = 0; number < 1000; number++) {
          held.push(pool.allocate([bytesOf(number, 300_000)]));
          if (held.length > kept) pool.free(held.shift() as Allocation);
        }
      });
      expect(count).toBeLessThanOrEqual(maxSlabs);
    });
  }
});

test('a slab is filled to its last byte, and not beyond', () => {
  const pool = new BufferPool();
  const sizes = [SLAB - 1, 1, SLAB - 1, 2];
  const allocations: Allocation[] = [];
  const count = slabsAllocated(() =>
    allocations.push(...sizes.map((size, number) => pool.allocate([bytesOf(number, size)]))),
  );
  expect(count).toBe(3);
  expect(allocations.map(({ bytes }, number) => bytes.equals(bytesOf(number, bytes.length)))).toEqual(
    sizes.map(() => true),
  );
});

test('a slab is not reused while one allocation in it is not freed', () => {
  const pool = new BufferPool();
  const last = pool.allocate([bytesOf(0, 1000)]);
  for (let number = 1; number < 50; number++) pool.free(pool.allocate([bytesOf(number, 400_000)]));
  expect(last.bytes.equals(bytesOf(0, 1000))).toBe(true);
});

test('freeing an allocation twice does not free its neighbor', () => {
  const pool = new BufferPool();
  const [allocation, neighbor] = [pool.allocate([bytesOf(1, 1000)]), pool.allocate([bytesOf(2, 1000)])];
  pool.allocate([bytesOf(3, SLAB)]);
  pool.free(allocation);
  pool.free(allocation);
  pool.allocate([bytesOf(4, SLAB)]);
  expect(neighbor.bytes.equals(bytesOf(2, 1000))).toBe(true);
});
