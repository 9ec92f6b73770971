import type { CDPSession, Page } from '@playwright/test';
import { hasDevtools } from '../../core/devtools-session.ts';
import { type PageContent, readInPage } from './page-content.ts';

type Snapshot = Awaited<ReturnType<typeof capture>>;
type SnapshotDocument = Snapshot['documents'][number];

/** A field, with what it shows. */
export interface DrawnField {
  readonly value: string;
  /** Shows dots in its place. */
  conceal(): Promise<void>;
}

/** Texts that a document shows, in the order of the page, and its fields that do not show dots. */
export interface DrawnDocument {
  readonly drawn: readonly string[];
  /** The same texts as the page has them: a style may show other letters. */
  readonly written: readonly string[];
  readonly fields: readonly DrawnField[];
}

/**
 * Reads what the documents of a page show, with those of its frames, and calls a function with them. Nothing is passed
 * into the page.
 *
 * Chromium describes its layout, with closed shadow roots and texts of style sheets. In other browsers a script reads the
 * documents, so closed shadow roots and texts of style sheets are not seen. Pictures, canvases and videos are not read.
 *
 * @param isPrinted true to read hidden texts too, since a style sheet for print may show them
 * @see https://chromedevtools.github.io/devtools-protocol/tot/DOMSnapshot/#method-captureSnapshot
 */
export async function readDrawn<T>(
  page: Page,
  isPrinted: boolean,
  use: (documents: readonly DrawnDocument[]) => Promise<T>,
): Promise<T> {
  if (!(await hasDevtools(page))) return await use(await readByScript(page, isPrinted));
  const sessions: CDPSession[] = [];
  try {
    const documents: DrawnDocument[] = [];
    for (const [index, frame] of page.frames().entries()) {
      // A frame without a session of its own is part of the snapshot of its parent.
      const opening = page.context().newCDPSession(index === 0 ? page : frame);
      const session = index === 0 ? await opening : await opening.catch(() => undefined);
      if (!session) continue;
      sessions.push(session);
      documents.push(...(await documentsOf(session, isPrinted)));
    }
    return await use(documents);
  } finally {
    for (const session of sessions) await session.detach().catch(() => undefined);
  }
}

async function readByScript(page: Page, isPrinted: boolean): Promise<DrawnDocument[]> {
  return await Promise.all(
    page.frames().map(async (frame) => {
      const { texts, values }: PageContent = await frame.evaluate(readInPage, { isPrinted });
      const conceal = async (index: number): Promise<void> =>
        void (await frame.evaluate(readInPage, { isPrinted, conceal: index }));
      return {
        drawn: texts,
        written: [],
        fields: values.map((value, index) => ({ value, conceal: () => conceal(index) })),
      };
    }),
  );
}

async function documentsOf(session: CDPSession, isPrinted: boolean): Promise<DrawnDocument[]> {
  const { documents, strings } = await capture(session);
  return documents.map((document) => new SnapshotReader(session, document, strings).read(isPrinted));
}

async function capture(session: CDPSession) {
  return await session.send('DOMSnapshot.captureSnapshot', { computedStyles: ['-webkit-text-security'] });
}

/** Types of `input` that show no text of their value. */
const WITHOUT_TEXT = new Set(['password', 'hidden', 'checkbox', 'radio', 'file', 'color', 'range', 'image']);
/** Types of `input` whose value is a label. */
const LABELED = new Set(['button', 'submit', 'reset']);
/** Elements whose text is never shown. */
const UNSHOWN = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'TITLE']);

/** Reads one document of a snapshot. */
class SnapshotReader {
  readonly #session: CDPSession;
  readonly #document: SnapshotDocument;
  readonly #strings: readonly string[];
  /** The place of a node in the layout. */
  readonly #places: ReadonlyMap<number, number>;

  constructor(session: CDPSession, document: SnapshotDocument, strings: readonly string[]) {
    this.#session = session;
    this.#document = document;
    this.#strings = strings;
    this.#places = new Map(document.layout.nodeIndex.map((node, place) => [node, place]));
  }

  read(isPrinted: boolean): DrawnDocument {
    const { nodes, layout } = this.#document;
    const drawn = layout.text.flatMap((text, place) => (text < 0 || this.#isDots(place) ? [] : this.#text(text)));
    const written: string[] = [];
    for (const node of nodes.nodeType?.keys() ?? []) written.push(...this.#textsOf(node, isPrinted));
    const fields: DrawnField[] = [];
    for (const { index = [], value = [] } of [nodes.inputValue ?? {}, nodes.textValue ?? {}])
      for (const [at, node] of index.entries()) this.#readField(node, this.#text(value[at] ?? -1), { drawn, fields });
    return { drawn, written, fields };
  }

  #textsOf(node: number, isPrinted: boolean): string[] {
    const { nodes } = this.#document;
    const name = this.#text(nodes.nodeName?.[node] ?? -1);
    if (name === 'IMG' && this.#places.has(node)) return [this.#attribute(node, 'alt')];
    if (nodes.nodeType?.[node] !== 3) return [];
    const parent = this.#text(nodes.nodeName?.[nodes.parentIndex?.[node] ?? -1] ?? -1);
    const place = this.#places.get(node);
    const isShown =
      place === undefined ? parent === 'OPTION' || (isPrinted && !UNSHOWN.has(parent)) : !this.#isDots(place);
    return isShown ? [this.#text(nodes.nodeValue?.[node] ?? -1)] : [];
  }

  #readField(node: number, value: string, { drawn, fields }: { drawn: string[]; fields: DrawnField[] }): void {
    const place = this.#places.get(node);
    if (place === undefined) return;
    const type = this.#attribute(node, 'type').toLowerCase();
    if (value === '') drawn.push(this.#attribute(node, 'placeholder'));
    else if (LABELED.has(type)) drawn.push(value);
    else if (!WITHOUT_TEXT.has(type) && !this.#isDots(place))
      fields.push({ value, conceal: () => this.#conceal(node) });
  }

  async #conceal(node: number): Promise<void> {
    const backendNodeId = this.#document.nodes.backendNodeId?.[node] ?? 0;
    const { object } = await this.#session.send('DOM.resolveNode', { backendNodeId });
    await this.#session.send('Runtime.callFunctionOn', {
      objectId: object.objectId ?? '',
      functionDeclaration: CONCEAL,
    });
  }

  #isDots(place: number): boolean {
    const style = this.#text(this.#document.layout.styles[place]?.[0] ?? -1);
    return style !== '' && style !== 'none';
  }

  #attribute(node: number, name: string): string {
    const pairs = this.#document.nodes.attributes?.[node] ?? [];
    for (let at = 0; at < pairs.length; at += 2)
      if (this.#text(pairs[at] ?? -1) === name) return this.#text(pairs[at + 1] ?? -1);
    return '';
  }

  #text(index: number): string {
    return this.#strings[index] ?? '';
  }
}

/** Runs in the page. */
const CONCEAL = `function () { this.style.setProperty('-webkit-text-security', 'disc', 'important'); }`;
