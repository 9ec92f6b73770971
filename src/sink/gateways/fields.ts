import { GatewayProblem, type GatewayRequest, type MailAttachment } from './gateway.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Maximum number of levels of JSON. The deepest requests of vendors have less than ten. */
const MAX_NESTING = 100;

/** Maximum number of parts of a form. */
const MAX_PARTS = 1000;

/** Maximum size of all copies of the texts of a request, in characters: as many mails may have values of their own. */
const MAX_COPIES = 32 * 1024 * 1024;

/** @throws GatewayProblem 413 if the texts of a request are too large for the number of mails that it asks for */
export function limitCopies(count: number, texts: readonly (string | undefined)[]): void {
  const size = texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
  if (count > 1 && count * size > MAX_COPIES)
    throw new GatewayProblem(413, `The ${count} mails of the request have more than ${MAX_COPIES} characters together`);
}

/** Parses a JSON body. @throws GatewayProblem 400 if it is none, or nested too deeply */
export function readJson({ body }: Pick<GatewayRequest, 'body'>): unknown {
  return parseJson(body.toString(), 'The body');
}

/** Parses JSON. @param name what it is, for errors. @throws GatewayProblem 400 if it is none, or nested too deeply */
export function parseJson(json: string, name: string, field = ''): unknown {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new GatewayProblem(400, `${name} is not valid JSON`, { field });
  }
  if (isTooDeep(value))
    throw new GatewayProblem(400, `${name} is nested more than ${MAX_NESTING} levels deep`, { field });
  return value;
}

/** True if a value is nested more deeply than functions that call themselves can follow. */
function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; depth <= MAX_NESTING; depth++) {
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
    if (level.length === 0) return false;
  }
  return true;
}

/** Returns a value as an object, or an empty one. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** Returns a value as a list: one that is missing is empty, and one that is not a list is its only item. */
export function listOf(value: unknown): readonly unknown[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? (value as unknown[]) : [value];
}

/** Returns a text or a number as text, and anything else as undefined. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}

/** Returns the items of an object that are texts or numbers. */
export function textsOf(value: unknown): Record<string, string> {
  const entries = Object.entries(fieldsOf(value)).map(([name, item]) => [name, textOf(item)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Returns headers that are listed as `{ name, value }`, in any case of these names. */
export function headersOf(list: unknown): Record<string, string> {
  const pairs = listOf(list).map((item) => {
    const { Name, name = Name, Value, value = Value } = fieldsOf(item);
    return [textOf(name), textOf(value)] as const;
  });
  return Object.fromEntries(pairs.filter((pair): pair is [string, string] => !!pair[0] && pair[1] !== undefined));
}

/** Reads an attachment whose content is in Base64. */
export function attachmentOf(item: {
  readonly name: unknown;
  readonly content: unknown;
  readonly url?: unknown;
  readonly type?: unknown;
  readonly contentId?: unknown;
}): MailAttachment {
  const url = textOf(item.url);
  return {
    name: textOf(item.name) ?? 'attachment',
    content: url && !item.content ? { url } : Buffer.from(textOf(item.content) ?? '', 'base64'),
    type: textOf(item.type),
    contentId: textOf(item.contentId)?.replace(/^cid:|^<|>$/g, ''),
  };
}

/**
 * Reads a form: `multipart/form-data`, or else one in the form of a query.
 *
 * @throws GatewayProblem 400 for one with too many parts, or one that cannot be read
 */
export async function readForm(request: GatewayRequest): Promise<FormData> {
  const type = request.header('content-type');
  if (!type.toLowerCase().startsWith('multipart/')) {
    const form = new FormData();
    for (const [name, value] of readQueryForm(request)) form.append(name, value);
    return form;
  }
  const boundary = /;\s*boundary="?([^";]+)/i.exec(type)?.[1] ?? '';
  if (boundary === '' || countParts(request.body, boundary) > MAX_PARTS)
    throw new GatewayProblem(400, `A form needs a boundary, and at most ${MAX_PARTS} parts`);
  try {
    return await new Response(new Uint8Array(request.body), { headers: { 'content-type': type } }).formData();
  } catch {
    throw new GatewayProblem(400, 'The form cannot be read');
  }
}

/** Reads a form in the form of a query. @throws GatewayProblem 400 for one with too many parts */
export function readQueryForm({ body }: GatewayRequest): URLSearchParams {
  let count = 1;
  for (let at = body.indexOf('&'); at >= 0 && count <= MAX_PARTS; at = body.indexOf('&', at + 1)) count++;
  if (count > MAX_PARTS) throw new GatewayProblem(400, `A form has at most ${MAX_PARTS} parts`);
  return new URLSearchParams(body.toString());
}

/** Counts the parts of a form, up to one more than the limit: reading them would take memory for each. */
function countParts(body: Buffer, boundary: string): number {
  let count = 0;
  for (let at = body.indexOf(`--${boundary}`); at >= 0 && count <= MAX_PARTS + 1; count++)
    at = body.indexOf(`--${boundary}`, at + 1);
  return count - 1; // the last boundary ends the form
}

/** Returns the texts of a field of a form. */
export function textsIn(form: FormData, name: string): string[] {
  return form.getAll(name).filter((value) => typeof value === 'string');
}
