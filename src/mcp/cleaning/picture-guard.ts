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
    const judge = (documents: readonly DrawnDocument[]): readonly string[] => [
      ...new Set(documents.flatMap((one) => this.#labelsOf(one))),
    ];
    const labels = await readDrawn(page, isPrinted, async (documents) => {
      const fields = documents.flatMap((one) => this.#secretFields(one.fields));
      for (const field of fields) await field.conceal();
      return fields.length === 0 ? judge(documents) : undefined;
    });
    return labels ?? (await readDrawn(page, isPrinted, async (documents) => judge(documents)));
  }

  #labelsOf({ drawn, written, fields }: DrawnDocument): string[] {
    return [drawn, written, fields.map(({ value }) => value)].flatMap((texts) => this.#cleaner.labelsIn(texts));
  }

  /** Returns the fields that hold a secret, one alone or several with a character each. */
  #secretFields(fields: readonly DrawnField[]): DrawnField[] {
    const boxes = fields.filter(({ value }) => value.length === 1);
    const isInBoxes = this.#holdSecret(boxes);
    return fields.filter((field) => this.#holdSecret([field]) || (isInBoxes && boxes.includes(field)));
  }

  #holdSecret(fields: readonly DrawnField[]): boolean {
    return this.#cleaner.labelsIn(fields.map(({ value }) => value)).length > 0;
  }
}

function withheld(problem: string): CallToolResult {
  const text = `### Error\nThe picture was withheld: ${problem}. Use browser_snapshot, which masks secrets, or leave this page first.`;
  return { content: [{ type: 'text', text }], isError: true };
}
