import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A page of the documentation. */
export interface DocPage {
  /** Path from the root of the repository, such as `docs/profiles.md`. */
  readonly name: string;
  readonly text: string;
}

/** A fenced block of a page. */
export interface CodeBlock {
  /** Name of the page. */
  readonly page: string;
  /** Line of the page where the content begins, from 1. */
  readonly line: number;
  readonly language: string;
  /** File named in the first line, such as `tests/sign-up.spec.ts`. */
  readonly file: string | undefined;
  readonly content: string;
}

/** Reads README.md and every page of docs/. */
export function readDocPages(): readonly DocPage[] {
  const files = readdirSync(`${ROOT}/docs`, { recursive: true, encoding: 'utf8' });
  const pages = files.filter((file) => file.endsWith('.md')).map((file) => `docs/${file.replaceAll('\\', '/')}`);
  return ['README.md', ...pages.toSorted()].map((name) => ({ name, text: readFileSync(`${ROOT}/${name}`, 'utf8') }));
}

/** Returns the fenced blocks of a page, in order. */
export function codeBlocks({ name: page, text }: DocPage): CodeBlock[] {
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(({ index, 1: language = '', 2: content = '' }) => {
    const file = /^(?:\/\/|#) (\.env|[\w./-]+\.\w+)$/m.exec(content.split('\n', 1)[0] ?? '')?.[1];
    const line = text.slice(0, index).split('\n').length + 1;
    return { page, line, language, file, content };
  });
}

/** Returns the text of a page with empty lines in place of its fenced blocks. */
export function proseOf({ text }: DocPage): string {
  return text.replace(/^```.*?^```$/gms, (block) => block.replace(/[^\n]/g, ''));
}
