import type { FileChange } from './project-file.ts';
import { SERVER_NAME, SERVER_NOTE as note, type ServerCommand } from './server-command.ts';

/** Time until `npx` has started the server, in seconds. The client's default is 10. */
const STARTUP_TIMEOUT = 30;
/** Time that a person has for an answer, and a minute more, in seconds. The client's default is 60. */
const TOOL_TIMEOUT = 360;

/** Plans a table of an MCP server in the configuration of Codex. All other tables, and one of the same name, stay. */
export function planTomlServer(path: string, text: string | undefined, server: ServerCommand): FileChange {
  const table = [
    `[mcp_servers.${SERVER_NAME}]`,
    `command = ${JSON.stringify(server.command)}`,
    `args = [${server.args.map((arg) => JSON.stringify(arg)).join(', ')}]`,
    `startup_timeout_sec = ${STARTUP_TIMEOUT}`,
    `tool_timeout_sec = ${TOOL_TIMEOUT}`,
    '',
  ].join('\n');
  if (text === undefined) return { path, status: 'created', content: table, note };
  if (text.replaceAll('\r\n', '\n').includes(table)) return { path, status: 'unchanged', note };
  if (hasServer(text)) return { path, status: 'kept', note: `${note}, as it is` };
  // TOML does not allow a table to extend one that is written inline.
  if (/^\s*mcp_servers\s*[.=]/m.test(text))
    return { path, status: 'by-hand', note: `it has its MCP servers inline. Add "${SERVER_NAME}" there` };
  const before = text.trim() === '' ? '' : `${text.trimEnd()}\n\n`;
  return { path, status: 'updated', content: before + table, note };
}

function hasServer(text: string): boolean {
  return /^\s*\[\s*["']?mcp_servers["']?\s*\.\s*["']?playwright-2fa["']?\s*[.\]]/m.test(text);
}
