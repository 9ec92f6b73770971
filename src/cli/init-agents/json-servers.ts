import { isDeepStrictEqual } from 'node:util';
import type { FileChange } from './project-file.ts';
import { SERVER_NAME, SERVER_NOTE } from './server-command.ts';

/** Entry of an MCP server, and the member of the file that has all servers. */
interface JsonServer {
  readonly key: string;
  readonly entry: object;
}

/** Command of Playwright MCP, in JSON: the package, or `npx playwright mcp`. */
const PLAYWRIGHT_MCP = /@playwright\/mcp|"playwright","mcp"/;

type Members = Readonly<Record<string, unknown>>;

/** Plans an entry in a JSON file of MCP servers. All other members, and an entry of the same name, stay as they are. */
export function planJsonServer(path: string, text: string | undefined, { key, entry }: JsonServer): FileChange {
  const own = { [SERVER_NAME]: entry };
  if (text === undefined) return { path, status: 'created', content: print({ [key]: own }), note: SERVER_NOTE };
  const document = text.trim() === '' ? {} : parse(text);
  const servers = document && membersOf(document[key] ?? {});
  if (!servers) {
    const why = document ? `"${key}" in it is not an object` : 'it is not plain JSON';
    return { path, status: 'by-hand', note: `${why}. Add to "${key}": ${JSON.stringify(own).slice(1, -1)}` };
  }
  const note = SERVER_NOTE + otherBrowser(servers);
  if (!Object.hasOwn(servers, SERVER_NAME)) {
    const content = print({ ...document, [key]: { ...servers, ...own } }, text);
    return { path, status: 'updated', content, note };
  }
  if (isDeepStrictEqual(servers[SERVER_NAME], entry)) return { path, status: 'unchanged', note };
  return { path, status: 'kept', note: `${note}, as it is` };
}

/** Returns a remark if the client also has Playwright MCP, which the server of this package starts by itself. */
function otherBrowser(servers: Members): string {
  const isOther = ([name, entry]: [string, unknown]): boolean =>
    name !== SERVER_NAME && PLAYWRIGHT_MCP.test(JSON.stringify(entry));
  const other = Object.entries(servers).find(isOther);
  return other
    ? `. Remove "${other[0]}": "${SERVER_NAME}" has its tools, and its browser is another one, where nobody signs in`
    : '';
}

/** Reads the members of an object in JSON; `undefined` for any other text. */
function parse(text: string): Members | undefined {
  try {
    return membersOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function membersOf(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}

/** Prints JSON with the indentation of the text that it replaces. */
function print(document: object, text = ''): string {
  const indent = /^([\t ]+)"/m.exec(text)?.[1] ?? '  ';
  return `${JSON.stringify(document, undefined, indent)}\n`;
}
