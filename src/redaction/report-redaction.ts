import { type StreamRedactor, kindOfType } from './redact-stream.ts';
import type { Redactor } from './redactor.ts';

/** Members with text, in steps, errors, attachments and messages between processes. */
const TEXTS = ['title', 'subtitle', 'message', 'stack', 'snippet', 'value', 'description', 'text', 'errorContext'];
/** Members with nested objects. Others are cyclic references or paths. */
const NESTED = ['error', 'errors', 'cause', 'annotations', 'attachments'];

interface Attachment {
  name?: string;
  contentType?: string;
  body?: Buffer | string;
}

/** Redacts what the test runner passes to reporters (steps, errors, attachments), in place. */
export class ReportRedaction {
  readonly #redactor: Redactor;
  readonly #text: StreamRedactor;
  /** Number of secrets known when an attachment was redacted. */
  readonly #cleaned = new WeakMap<object, number>();
  /** Functions that return redacted paths. */
  readonly #paths = new WeakSet<object>();

  constructor(redactor: Redactor, text: StreamRedactor) {
    this.#redactor = redactor;
    this.#text = text;
  }

  redact(node: unknown): void {
    if (Array.isArray(node)) return node.forEach((one) => this.redact(one));
    if (typeof node !== 'object' || node === null) return;
    const members = node as Record<string, unknown>;
    for (const key of TEXTS) {
      const text = members[key];
      if (typeof text === 'string' && text.length > 0) members[key] = this.#redactor.text(text);
    }
    this.#titlePath(members);
    if (members['params']) this.#redactor.value(members['params']);
    for (const key of NESTED) this.redact(members[key]);
    if ('contentType' in members) this.#attachment(members);
  }

  /** Redacts what a step returns as its path. It keeps a copy of the titles. */
  #titlePath(members: Record<string, unknown>): void {
    const own = Object.hasOwn(members, 'titlePath') ? members['titlePath'] : undefined;
    if (typeof own !== 'function' || this.#paths.has(own)) return;
    const clean = (): string[] => (own as () => string[])().map((title) => this.#redactor.text(title));
    this.#paths.add(clean);
    members['titlePath'] = clean;
  }

  /** Redacts the last chunk of standard output or error. */
  redactLast(chunks: (string | Buffer)[]): void {
    const last = chunks.at(-1);
    if (last !== undefined) chunks[chunks.length - 1] = this.chunk(last);
  }

  redactAll(chunks: (string | Buffer)[]): void {
    for (const [index, chunk] of chunks.entries()) chunks[index] = this.chunk(chunk);
  }

  chunk<T extends string | Uint8Array>(chunk: T): T {
    if (typeof chunk === 'string') return this.printed(chunk) as T;
    return this.#text.redactWhole(Buffer.from(chunk), 'text') as Uint8Array as T;
  }

  /** Redacts a text that is printed. It may be a whole report in JSON. */
  printed(text: string): string {
    return text.startsWith('{')
      ? this.#text.redactWhole(Buffer.from(text), 'json').toString()
      : this.#redactor.text(text);
  }

  #attachment(attachment: Attachment): void {
    const { size } = this.#redactor.known;
    if (this.#cleaned.get(attachment) === size) return;
    this.#cleaned.set(attachment, size);
    if (attachment.name !== undefined) attachment.name = this.#redactor.text(attachment.name);
    const { body, contentType = '' } = attachment;
    if (body === undefined) return;
    const isText = typeof body === 'string';
    const clean = this.#text.redactWhole(isText ? Buffer.from(body, 'base64') : body, kindOfType(contentType));
    attachment.body = isText ? clean.toString('base64') : clean;
  }
}
