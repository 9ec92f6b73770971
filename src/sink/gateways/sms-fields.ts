import type { Context } from 'hono';

/** Reads the text fields of a JSON or form body. */
export async function readFields(context: Context): Promise<Record<string, string>> {
  const text = await context.req.text();
  const isJson = (context.req.header('content-type') ?? '').includes('json') || text.trimStart().startsWith('{');
  if (isJson) return fieldsOfJson(text);
  if (!(context.req.header('content-type') ?? '').startsWith('multipart/'))
    return Object.fromEntries(new URLSearchParams(text));
  const form = await context.req.parseBody().catch(() => ({}));
  return onlyTexts(form);
}

function fieldsOfJson(text: string): Record<string, string> {
  try {
    return onlyTexts(JSON.parse(text) as object);
  } catch {
    return {};
  }
}

function onlyTexts(fields: object): Record<string, string> {
  const entries: [string, unknown][] = Object.entries(fields);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
