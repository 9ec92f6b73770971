/** Name of the MCP server of this package. */
export const SERVER_NAME: string = 'playwright-2fa';

/** Text about the entry of the server, for the user. */
export const SERVER_NOTE: string = `the MCP server "${SERVER_NAME}"`;

/** Program that starts an MCP server. */
export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * Returns the command that starts the MCP server of this package.
 *
 * @param needsShell true for a client that cannot start a script such as `npx` on Windows
 */
export function serverCommand(needsShell: boolean, platform: NodeJS.Platform): ServerCommand {
  const args = ['playwright-2fa', 'mcp', '--wrap'];
  return needsShell && platform === 'win32'
    ? { command: 'cmd', args: ['/c', 'npx', ...args] }
    : { command: 'npx', args };
}
