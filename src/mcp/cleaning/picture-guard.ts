import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Page } from '@playwright/test';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { race } from '../../core/abortable.ts';
import { filesIn } from '../../redaction/files.ts';
import { type DrawnDocument, type DrawnField, readDrawn } from './drawn-text.ts';
import type { ResponseCleaner } from './response-cleaner.ts';

/** Maximum time to read a page, in milliseconds. A page with an open dialog does not answer. */
const READ_TIMEOUT = 5000;
/** Maximum length of a secret that is searched for in several elements, in characters. */
const MAX_PIECED = 64;
/** Names that Playwright gives to pictures. */
const PICTURE = /^(?:page|element)-.*\.(?:png|jpe?g|webp|pdf)$/;

interface PictureRequest {
  /** Returns the page to be shown. */
  readonly page: () => Promise<Page>;
  /** Path of the picture, if the caller chose one. */
  readonly file: string | undefined;
  /** True for a picture of the printed page. */
  readonly isPrinted: boolean;
  /** Takes the picture. */
  readonly call: () => Promise<CallToolResult>;
}

interface Problem {
  /** True if the page shows a secret; false if it cannot be read. */
  readonly isShown: boolean;
  readonly text: string;
}

/**
 * Lets a picture of a page pass only if the page shows no secret as text. Fields with a secret show dots from then on.
 *
 * The page is read before and after the picture. A secret that it shows only in between, or draws on a canvas or in a
 * picture, is not seen.
 */
export class PictureGuard {
  readonly #cleaner: ResponseCleaner;
  readonly #folder: string;

  /** @param folder folder that pictures are written to */
  constructor(cleaner: ResponseCleaner, folder: string) {
    this.#cleaner = cleaner;
    this.#folder = folder;
  }

  /** Takes a picture, or returns a result that says which secret the page shows. */
  async take({ page, file, isPrinted, call }: PictureRequest): Promise<CallToolResult> {
    if (this.#cleaner.known.size === 0) return await call();
    const before = await this.#problemOf(await page(), isPrinted);
    if (before?.isShown) return withheld(before.text);
    const older = new Set(await filesIn(this.#folder));
    const result = await call();
    // Playwright says why the page cannot be read, such as an open dialog.
    if (result.isError) return result;
    const problem = before ?? (await this.#problemOf(await page(), isPrinted));
    if (!problem) return result;
    const pictures = (await filesIn(this.#folder)).filter((path) => !older.has(path) && PICTURE.test(basename(path)));
    for (const path of file === undefined ? pictures : [...pictures, file]) await rm(path, { force: true });
    return withheld(problem.text);
  }

  /** Conceals fields with a secret. Returns what else shows one, or why the page cannot be read. */
  async #problemOf(page: Page, isPrinted: boolean): Promise<Problem | undefined> {
    try {
      const labels = await race(this.#labelsOn(page, isPrinted), AbortSignal.timeout(READ_TIMEOUT));
      if (labels.length === 0) return undefined;
      const secrets = labels.map((label) => `[secret ${label}]`).join(', ');
      return { isShown: true, text: `the page shows ${secrets} as text` };
    } catch (error) {
      const text = this.#cleaner.text(error instanceof Error ? error.message : String(error));
      return { isShown: false, text: `the page could not be searched for secrets (${text})` };
    }
  }

  async #labelsOn(page: Page, isPrinted: boolean): Promise<readonly string[]> {
    const judge = (documents: readonly DrawnDocument[]): readonly string[] => {
      const whole = this.#cleaner.labelsIn(documents.flatMap(readings));
      return [...new Set([...whole, ...documents.flatMap((one) => this.#labelsInPieces(one))])];
    };
    const labels = await readDrawn(page, isPrinted, async (documents) => {
      const fields = documents.flatMap((one) => this.#secretFields(one.fields));
      for (const field of fields) await field.conceal();
      return fields.length === 0 ? judge(documents) : undefined;
    });
    return labels ?? (await readDrawn(page, isPrinted, async (documents) => judge(documents)));
  }

  /** Returns the labels of the secrets that several elements show together, each a part. */
  #labelsInPieces({ texts }: DrawnDocument): string[] {
    const known = new Map([...this.#cleaner.known.entries()].map(([value, label]) => [compact(value), label]));
    const pieces = texts.map(compact);
    const labels: string[] = [];
    for (const start of pieces.keys()) {
      let joined = pieces[start] ?? '';
      for (let end = start + 1; end < pieces.length && joined !== '' && joined.length < MAX_PIECED; end++) {
        joined += pieces[end];
        const label = known.get(joined);
        if (label !== undefined) labels.push(label);
      }
    }
    return labels;
  }

  /** Returns the fields that hold a secret, one alone or several with a character each. */
  #secretFields(fields: readonly DrawnField[]): DrawnField[] {
    const boxes = fields.filter(({ value }) => value.length === 1);
    const isInBoxes = this.#holdsSecret(valuesOf(boxes));
    return fields.filter((field) => this.#holdsSecret(field.value) || (isInBoxes && boxes.includes(field)));
  }

  #holdsSecret(text: string): boolean {
    return this.#cleaner.labelsIn([text]).length > 0;
  }
}

/** Returns the texts of a document as somebody may read them: a value may be spread over several elements. */
function readings({ texts, fields }: DrawnDocument): string[] {
  const all = [...texts, ...fields.map(({ value }) => value)];
  return [all.join('\n'), all.join(' '), all.join(''), valuesOf(fields)];
}

/** Returns a text without gaps, in lower case. */
function compact(text: string): string {
  return text.replace(/[\s-]+/g, '').toLowerCase();
}

function valuesOf(fields: readonly DrawnField[]): string {
  return fields.map(({ value }) => value).join('');
}

function withheld(problem: string): CallToolResult {
  const text = `### Error\nThe picture was withheld: ${problem}. Use browser_snapshot, which masks secrets, or leave this page first.`;
  return { content: [{ type: 'text', text }], isError: true };
}
