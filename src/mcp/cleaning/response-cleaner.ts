import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { ArtifactCleaner } from '../../redaction/artifact.ts';
import { MAX_PIECED, maskPieces } from '../../redaction/pieces.ts';
import { StreamRedactor, kindOfType } from '../../redaction/redact-stream.ts';
import { Redactor } from '../../redaction/redactor.ts';
import { SecretSet } from '../../redaction/secret-set.ts';
import { type RedactSettings, sensitiveNames } from '../../redaction/sensitive-names.ts';
import { type Secret, secretChannel } from '../../secret/secret.ts';

/** Overlap of the windows in which a long text is searched for codes in pieces, in characters. */
const OVERLAP = 1024;

/** Minimum length of a secret that is searched for across texts. A shorter one occurs by chance. */
const MIN_JOINED = 6;

export interface ResponseCleanerOptions {
  /** Secrets that are known at the start, each with its label. @default [] */
  readonly secrets?: Iterable<readonly [value: string, label: string]>;
  /** Names to mask besides the built-in ones, or `false` to leave responses as they are. @default {} */
  readonly redact?: RedactSettings | false;
}

/**
 * Removes secrets from what a model receives over MCP. It knows each secret that this process creates or uses from then
 * on, until `close()`.
 *
 * It finds values as they are, and in the encodings that reports are searched for. A value that a page reverses or spells
 * out in words is not found.
 *
 * @see https://modelcontextprotocol.io/specification/2025-06-18/server/tools
 * @example
 * const cleaner = new ResponseCleaner();
 * registerSecret('alice/password', 'correct horse');
 * cleaner.text('Typed correct horse.'); // 'Typed [secret alice/password].'
 */
export class ResponseCleaner {
  /** The secrets that are known. */
  readonly known: SecretSet;
  /** Cleans files in place. */
  readonly files: ArtifactCleaner;
  /** True if responses stay as they are. */
  readonly isOff: boolean;
  readonly #redactor: Redactor;
  readonly #stream: StreamRedactor;
  readonly #listeners = new Set<() => void>();

  constructor({ secrets = [], redact = {} }: ResponseCleanerOptions = {}) {
    this.isOff = redact === false;
    const names = sensitiveNames(redact || {});
    this.known = new SecretSet(this.isOff ? [] : secrets);
    this.#redactor = new Redactor(this.known, names);
    this.#stream = new StreamRedactor(this.#redactor, names);
    this.files = new ArtifactCleaner(this.#stream);
    if (!this.isOff) secretChannel.subscribe(this.#keep);
  }

  /** Calls a listener for each secret that becomes known. Returns a function that ends it. */
  onSecret(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Returns a text without secrets. */
  text(text: string): string {
    if (this.isOff) return text;
    const clean = this.#redactor.text(text);
    return clean.length > MAX_PIECED && this.known.size > 0 ? this.#pieces(clean) : clean;
  }

  /** Returns a copy of any JSON value without secrets, such as the description of a tool or a progress notification. */
  json<T>(value: T): T {
    if (this.isOff) return value;
    return this.#walk(this.#redactor.value(structuredClone(value))) as T;
  }

  /** Returns a copy of the result of a tool without secrets. Pictures in it stay as they are. */
  clean(result: CallToolResult): CallToolResult {
    if (this.isOff) return result;
    const { content, ...rest } = result;
    return { ...this.json(rest), content: content.map((item) => this.#walk(item) as (typeof content)[number]) };
  }

  /** Returns the labels of the secrets that texts contain, each alone, or all together as one text. */
  labelsIn(texts: readonly string[]): readonly string[] {
    const labels = new Set<string>();
    const redactor = new Redactor(this.known, undefined, ({ label }) => labels.add(label));
    for (const text of [...texts, texts.join('\n')]) redactor.text(text);
    const joined = compact(texts.join(''));
    for (const [value, label] of this.known.entries()) {
      const plain = compact(value);
      if (plain.length >= MIN_JOINED && joined.includes(plain)) labels.add(label);
    }
    return [...labels];
  }

  /** Forgets nothing, but learns no further secrets. */
  close(): void {
    secretChannel.unsubscribe(this.#keep);
    this.#listeners.clear();
  }

  readonly #keep = (message: unknown): void => {
    const secret = message as Secret;
    if (!this.known.add(secret.reveal(), secret.label)) return;
    for (const listener of this.#listeners) listener();
  };

  /** Masks codes in pieces in a text of any length. */
  #pieces(text: string): string {
    let done = '';
    let rest = text;
    while (rest.length > MAX_PIECED) {
      const window = maskPieces(rest.slice(0, MAX_PIECED), this.known, () => undefined);
      done += window.slice(0, -OVERLAP);
      rest = window.slice(-OVERLAP) + rest.slice(MAX_PIECED);
    }
    return done + maskPieces(rest, this.known, () => undefined);
  }

  #walk(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    // A code may be a number.
    if (typeof value === 'number') return this.text(String(value)) === String(value) ? value : 0;
    if (Array.isArray(value)) return value.map((one) => this.#walk(one));
    if (typeof value !== 'object' || value === null) return value;
    const members = value as Readonly<Record<string, unknown>>;
    const type = typeof members['mimeType'] === 'string' ? members['mimeType'] : '';
    const entries = Object.entries(members).map(([name, one]) => {
      const isData = typeof one === 'string' && (name === 'blob' || (name === 'data' && type !== ''));
      return [this.text(name), isData ? this.#data(one, type) : this.#walk(one)] as const;
    });
    return Object.fromEntries(entries);
  }

  /** Cleans content in Base64. That of an archive is left out, since it cannot be searched here. */
  #data(data: string, type: string): string {
    const kind = kindOfType(type);
    if (kind === 'binary') return data;
    if (kind === 'zip') return '';
    return this.#stream.redactWhole(Buffer.from(data, 'base64'), kind).toString('base64');
  }
}

/** Returns a text without gaps, in lower case. */
function compact(text: string): string {
  return text.replaceAll(/[\s-]+/g, '').toLowerCase();
}
