import { GatewayProblem, type GatewayRequest, type MailAttachment } from './gateway.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** Maximum number of parts of a form. */
const MAX_PARTS = 1000;

/** Parses a JSON body. @throws GatewayProblem 400 if it is none */
export function readJson({ body }: GatewayRequest): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new GatewayProblem(400, 'The body is not valid JSON');
  }
}

/** Returns a value as an object, or an empty one. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** Returns a value as a list: nothing becomes an empty one, and a single value its only item. */
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
    for (const [name, value] of new URLSearchParams(request.body.toString())) form.append(name, value);
    return form;
  }
  const boundary = /boundary="?([^";]+)/i.exec(type)?.[1] ?? '';
  if (boundary === '' || countParts(request.body, boundary) > MAX_PARTS)
    throw new GatewayProblem(400, `A form needs a boundary, and at most ${MAX_PARTS} parts`);
  try {
    return await new Response(new Uint8Array(request.body), { headers: { 'content-type': type } }).formData();
  } catch {
    throw new GatewayProblem(400, 'The form cannot be read');
  }
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
