import { expect, test } from '@playwright/test';
import { Watermark, type Listed, type Page } from '../../src/sources/polling/watermark.ts';

const PAGE = 3;

/** A list in pages of three, the newest first. */
function listOf(items: readonly Listed[]): (at?: string) => Promise<Page<Listed>> {
  return async (at = '0') => {
    const end = Number(at) + PAGE;
    return { items: items.slice(Number(at), end), next: end < items.length ? String(end) : undefined };
  };
}

function at(time: number, ...ids: string[]): Listed[] {
  return ids.map((id) => ({ id, at: time }));
}

async function beyond(before: readonly Listed[], after: readonly Listed[]): Promise<string[]> {
  const horizon = await Watermark.of(listOf(before));
  return (await horizon.beyond(listOf(after))).map(({ id }) => id);
}

test('what is new comes oldest first, over as many pages as it takes', async () => {
  const old = at(1, 'a', 'b');
  expect(await beyond(old, [...at(3, 'g', 'f', 'e', 'd'), ...at(2, 'c'), ...old])).toEqual(['c', 'd', 'e', 'f', 'g']);
});

test('an empty list has everything before it', async () => {
  expect(await beyond([], at(1, 'b', 'a'))).toEqual(['a', 'b']);
});

test('what was behind the first page stays old when all on it is deleted', async () => {
  const [newest, behind] = [at(9, 'd', 'c'), at(1, 'b', 'a', 'y', 'x')];
  expect(await beyond([...newest, ...behind], [...at(9, 'new'), ...behind])).toEqual(['new']);
});

test('a clock that stands still on a whole page hides nothing', async () => {
  const old = [...at(5, 'f', 'e', 'd', 'c'), ...at(4, 'b', 'a')];
  expect(await beyond(old, [...at(5, 'new'), ...old])).toEqual(['new']);
});

test('a clock that went back between the pages hides nothing that is on the first', async () => {
  expect(await beyond(at(9, 'b', 'a'), [...at(9, 'b', 'a'), ...at(3, 'new')])).toEqual(['new']);
});
