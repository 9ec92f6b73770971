import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from '@playwright/test';

/** A page of the gallery, with the challenge that a careful person sees on it. */
interface Entry {
  readonly page: string;
  readonly url?: string;
  readonly kind: string;
  readonly factors: readonly string[];
  readonly fields: readonly { readonly role: string; readonly selectors: readonly string[] }[];
  readonly submit?: string;
  readonly neverFill?: readonly string[];
  readonly why: string;
  readonly language: string;
  readonly part: string;
}

const FOLDER = new URL('../gallery/', import.meta.url);
const ENTRIES = JSON.parse(text('gallery.json')) as readonly Entry[];
const NOT_CHALLENGES = ['signed-in', 'unknown'];
const CHALLENGES = [
  'captcha',
  'choose',
  'choose-account',
  'code',
  'consent',
  'credentials',
  'enroll',
  'identifier',
  'link-sent',
  'locked',
  'passkey',
  'password',
  'recovery',
  'rejected',
];
const FACTORS = ['email-code', 'email-link', 'hotp', 'human', 'passkey', 'recovery-code', 'sms-code', 'totp'];
const ROLES = ['captcha', 'code', 'identifier', 'password'];
/** The parts of a selector: an id, a class, an attribute with or without its value, an element. */
const PARTS =
  /#(?<id>[\w-]+)|\.(?<name>[\w-]+)|\[(?<key>[\w-]+)(?:[*^$]?=["']?(?<value>[^"'\]]+)["']?)?\]|(?<tag>[a-z]+)/g;

test('each page of the gallery has one entry, and each entry has a page', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.html'));
  expect(ENTRIES.map(({ page }) => page).toSorted()).toEqual(files.toSorted());
});

test('the gallery covers each kind and each factor, and no others', () => {
  expect(sorted(ENTRIES.map(({ kind }) => kind))).toEqual([...CHALLENGES, ...NOT_CHALLENGES].toSorted());
  expect(sorted(ENTRIES.flatMap(({ factors }) => factors))).toEqual(FACTORS);
  expect(sorted(ENTRIES.flatMap(({ fields }) => fields.map(({ role }) => role)))).toEqual(ROLES);
});

test('the gallery has many pages and languages, and splits each kind evenly', () => {
  const challenges = ENTRIES.filter(({ kind }) => CHALLENGES.includes(kind));
  expect(challenges.length).toBeGreaterThanOrEqual(60);
  expect(ENTRIES.length - challenges.length).toBeGreaterThanOrEqual(40);
  expect(sorted(ENTRIES.map(({ language }) => language)).length).toBeGreaterThanOrEqual(12);
  for (const kind of [...CHALLENGES, ...NOT_CHALLENGES]) {
    const of = (part: string) => ENTRIES.filter((entry) => entry.kind === kind && entry.part === part).length;
    expect(Math.abs(of('dev') - of('held')), kind).toBeLessThanOrEqual(1);
  }
});

for (const entry of ENTRIES) {
  test(`${entry.page} matches its entry`, () => {
    const markup = withFrames(text(entry.page));
    expect(entry.why).toMatch(/\S{3}/);
    expect(entry.language).toMatch(/^[a-z]{2}$/);
    const selectors = [...entry.fields.flatMap(({ selectors }) => selectors), ...(entry.neverFill ?? [])];
    for (const selector of selectors) expect(named(markup, selector), selector).toBe(true);
    if (entry.submit) expect(markup).toContain(entry.submit);
    if (!NOT_CHALLENGES.includes(entry.kind)) return;
    expect(entry.fields).toEqual([]);
    // `human` is named although it cannot be answered.
    expect(entry.factors.filter((factor) => factor !== 'human')).toEqual([]);
  });
}

function text(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

/** Returns the markup together with the gallery documents in its frames. */
function withFrames(markup: string): string {
  const framed = [...markup.matchAll(/https:\/\/frames\.example\/([\w-]+\.html)/g)];
  return [markup, ...framed.map(([, name]) => text(`frames/${name}`))].join('\n');
}

/** True if each part of a selector occurs on the page. Parts inside `:not()` are ignored. */
function named(markup: string, selector: string): boolean {
  const parts = [...selector.replace(/:not\([^)]*\)/g, '').matchAll(PARTS)];
  return parts.length > 0 && parts.every(({ groups = {} }) => isPart(markup, groups));
}

function isPart(markup: string, { id, name, key, value, tag }: Partial<Record<string, string>>): boolean {
  if (id) return markup.includes(`id="${id}"`);
  if (name) return new RegExp(`class="(?:[^"]* )?${name}[ "]`).test(markup);
  if (key) return value ? new RegExp(`${key}="[^"]*${value}`).test(markup) : markup.includes(` ${key}=`);
  return new RegExp(`<${tag}[\\s>]`).test(markup);
}

function sorted(all: readonly string[]): readonly string[] {
  return [...new Set(all)].toSorted();
}
