import type { FileChange } from './project-file.ts';
import { planJsonServer } from './json-servers.ts';
import type { ServerCommand } from './server-command.ts';
import { planTomlServer } from './toml-servers.ts';

/** Program that runs agents: the files that it reads in a project. */
export interface AgentClient {
  /** File with the MCP servers. */
  readonly servers: string;
  /** Folder of the skills. */
  readonly skills: string;
  /** File that it reads instead of `AGENTS.md`. It can import that. */
  readonly instructions?: string;
  /** True if it starts `npx` by `cmd` on Windows, as the files of Playwright's own `init-agents` do. */
  readonly needsShell?: true;
  /** Plans the entry of the server in the file with the MCP servers. */
  readonly plan: (path: string, text: string | undefined, server: ServerCommand) => FileChange;
}

/**
 * Clients by the values of `--client`.
 *
 * @see https://code.claude.com/docs/en/mcp
 * @see https://developers.openai.com/codex/mcp
 * @see https://cursor.com/docs/mcp
 * @see https://geminicli.com/docs/tools/mcp-server/
 * @see https://code.visualstudio.com/docs/agents/reference/mcp-configuration
 */
export const CLIENTS: Readonly<Record<string, AgentClient>> = {
  claude: {
    servers: '.mcp.json',
    skills: '.claude/skills',
    instructions: 'CLAUDE.md',
    needsShell: true,
    plan: (path, text, entry) => planJsonServer(path, text, { key: 'mcpServers', entry }),
  },
  codex: { servers: '.codex/config.toml', skills: '.agents/skills', needsShell: true, plan: planTomlServer },
  cursor: {
    servers: '.cursor/mcp.json',
    skills: '.cursor/skills',
    plan: (path, text, entry) => planJsonServer(path, text, { key: 'mcpServers', entry }),
  },
  gemini: {
    servers: '.gemini/settings.json',
    skills: '.gemini/skills',
    instructions: 'GEMINI.md',
    plan: (path, text, entry) => planJsonServer(path, text, { key: 'mcpServers', entry }),
  },
  vscode: {
    servers: '.vscode/mcp.json',
    skills: '.github/skills',
    plan: (path, text, server) => planJsonServer(path, text, { key: 'servers', entry: { type: 'stdio', ...server } }),
  },
};
