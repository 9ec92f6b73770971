import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { proseOf, readDocPages } from '../support/doc-pages.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PAGES = readDocPages();
const CONTRIBUTING = { name: 'CONTRIBUTING.md', text: readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8') };

for (const page of [...PAGES, CONTRIBUTING]) {
  test(`every relative link of ${page.name} leads to a file and a heading`, () => {
    const links = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const broken = links.filter((target) => !/^https?:/.test(target)).filter((target) => !resolves(page.name, target));
    expect(broken).toEqual([]);
  });
}

test('README.md leads to every page of docs/, directly or in two steps', () => {
  const reached = new Set(['README.md']);
  for (const name of reached) for (const target of pagesLinkedFrom(name)) reached.add(target);
  expect(PAGES.map(({ name }) => name).filter((name) => !reached.has(name))).toEqual([]);
});

test('README.md stays a page to read at one sitting', () => {
  expect(statSync(join(ROOT, 'README.md')).size).toBeLessThan(12_288);
});

function resolves(from: string, target: string): boolean {
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? join(ROOT, from) : join(ROOT, dirname(from), path);
  if (!existsSync(file)) return false;
  return anchor === undefined || anchorsOf(readFileSync(file, 'utf8')).has(anchor);
}

/** The anchors that GitHub gives the headings of a page. */
function anchorsOf(text: string): Set<string> {
  const headings = text.replace(/^```.*?^```$/gms, '').matchAll(/^#{1,6} (.+)$/gm);
  const seen = new Map<string, number>();
  const anchors = [...headings].map(([, heading = '']) => {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const slug = plain.replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return count === 0 ? slug : `${slug}-${count}`;
  });
  return new Set(anchors);
}

function pagesLinkedFrom(name: string): string[] {
  const page = PAGES.find((one) => one.name === name);
  if (!page) return [];
  const links = [...proseOf(page).matchAll(/\]\(([^)\s#]+\.md)/g)].map(([, target = '']) => target);
  const local = links.filter((target) => !/^https?:/.test(target));
  return local.map((target) => relative(ROOT, join(ROOT, dirname(name), target)).replaceAll('\\', '/'));
}
