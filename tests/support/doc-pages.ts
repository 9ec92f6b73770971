import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A page of the documentation. */
export interface DocPage {
  /** Its path from the root of the repository, such as `docs/profiles.md`. */
  readonly name: string;
  readonly text: string;
}

/** A fenced block of a page. */
export interface CodeBlock {
  /** The name of its page. */
  readonly page: string;
  /** The line of the page where its content begins, from 1. */
  readonly line: number;
  readonly language: string;
  /** The file that its first line names, such as `tests/sign-up.spec.ts`. */
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

/** Returns the text of a page without its fenced blocks, with as many lines. */
export function proseOf({ text }: DocPage): string {
  return text.replace(/^```.*?^```$/gms, (block) => block.replace(/[^\n]/g, ''));
}
