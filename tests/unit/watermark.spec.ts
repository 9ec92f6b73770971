import { expect, test } from '@playwright/test';
import { type ListPage, type ListedItem, Watermark } from '../../src/sources/polling/watermark.ts';

const PAGE_SIZE = 3;

/** Returns a reader of a list, newest first, in pages of three. */
function listOf(items: readonly ListedItem[]): (position?: string) => Promise<ListPage<ListedItem>> {
  return async (position = '0') => {
    const end = Number(position) + PAGE_SIZE;
    return { items: items.slice(Number(position), end), next: end < items.length ? String(end) : undefined };
  };
}

function at(time: number, ...ids: string[]): ListedItem[] {
  return ids.map((id) => ({ id, at: time }));
}

async function newer(before: readonly ListedItem[], after: readonly ListedItem[]): Promise<string[]> {
  const watermark = await Watermark.of(listOf(before));
  return (await watermark.newer(listOf(after))).map(({ id }) => id);
}

test('new messages are returned oldest first, from all pages that have some', async () => {
  const old = at(1, 'a', 'b');
  expect(await newer(old, [...at(3, 'g', 'f', 'e', 'd'), ...at(2, 'c'), ...old])).toEqual(['c', 'd', 'e', 'f', 'g']);
});

test('after an empty list all messages are new', async () => {
  expect(await newer([], at(1, 'b', 'a'))).toEqual(['a', 'b']);
});

test('messages after the first page stay old when all of the first page is deleted', async () => {
  const [newest, behind] = [at(9, 'd', 'c'), at(1, 'b', 'a', 'y', 'x')];
  expect(await newer([...newest, ...behind], [...at(9, 'new'), ...behind])).toEqual(['new']);
});

test('equal times on a whole page hide no new message', async () => {
  const old = [...at(5, 'f', 'e', 'd', 'c'), ...at(4, 'b', 'a')];
  expect(await newer(old, [...at(5, 'new'), ...old])).toEqual(['new']);
});

test('a clock that is set back hides no new message on the first page', async () => {
  expect(await newer(at(9, 'b', 'a'), [...at(9, 'b', 'a'), ...at(3, 'new')])).toEqual(['new']);
});
