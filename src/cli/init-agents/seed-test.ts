import type { FileChange } from './project-file.ts';

/** Seed test: its file, and the sign-in that it begins with. */
export interface Seed {
  /** Path of the file, from the folder of the project. */
  readonly path: string;
  readonly persona: string;
  /** Page of the sign-in, relative to `baseURL`. */
  readonly url: string;
}

/**
 * Plans the test that Playwright's planner, generator and healer start from. They run it, and go on where it ends: on a
 * page that is signed in. A test that exists is kept.
 */
export function planSeed(text: string | undefined, seed: Seed): FileChange {
  const { path } = seed;
  const content = seedTest(seed);
  if (text === undefined) return { path, status: 'created', content, note: `signs in as ${seed.persona}` };
  if (text === content) return { path, status: 'unchanged', note: `signs in as ${seed.persona}` };
  if (/\bfrom\s+['"]playwright-2fa['"]|\brequire\(['"]playwright-2fa['"]\)/.test(text))
    return { path, status: 'kept', note: 'it has the fixtures of playwright-2fa' };
  const note = `it does not sign in. Import test and expect from 'playwright-2fa', and add to the test: await persona.signIn(page, ${literal(seed.url)})`;
  return { path, status: 'by-hand', note };
}

/** The form of the seed that Playwright's `init-agents` writes: a group with one test named "seed". */
function seedTest({ persona, url }: Seed): string {
  return `import { test, expect } from 'playwright-2fa';

test.use({ personaName: ${literal(persona)} });

test.describe('Test group', () => {
  test('seed', async ({ page, persona }) => {
    await persona.signIn(page, ${literal(url)});
    // generate code here.
  });
});
`;
}

function literal(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
