import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import type { LaunchOptions } from '@playwright/test';
import type { Logger } from '../../src/core/logger.ts';
import { ResponseCleaner, type ResponseCleanerOptions } from '../../src/mcp/cleaning/response-cleaner.ts';
import { PlaywrightServer, type PlaywrightServerOptions } from '../../src/mcp/wrap/playwright-server.ts';
import { CHROMIUM_FLAGS } from './chromium-flags.ts';
import { test as base } from './temp-folder.ts';

export { expect } from './temp-folder.ts';

const executablePath = process.env['PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH'];

/** Options of the browser of an agent in tests. */
export const LAUNCH_OPTIONS: LaunchOptions = {
  args: ['--no-sandbox', ...CHROMIUM_FLAGS],
  ...(executablePath && { executablePath }),
};

type AgentOptions = Partial<Omit<PlaywrightServerOptions, 'redact'>> & ResponseCleanerOptions;

/** Playwright's server for an agent, and what it wrote to standard error. */
export interface Agent {
  readonly server: PlaywrightServer;
  readonly redact: ResponseCleaner;
  readonly lines: readonly string[];
  /** Calls a tool, and returns the text of its result. */
  text(name: string, args?: Readonly<Record<string, unknown>>): Promise<string>;
}

interface AgentFixtures {
  readonly startAgent: (options?: AgentOptions) => Promise<Agent>;
  /** Serves pages on loopback until the end of the test. Returns the origin. */
  readonly serve: (answer: (request: IncomingMessage, response: ServerResponse) => void) => Promise<string>;
}

/** Tests with Playwright's server for agents, whose files are in `outputs` of the folder of the test. */
export const test = base.extend<AgentFixtures>({
  startAgent: async ({ folder }, use) => {
    const agents: Agent[] = [];
    await use(async ({ secrets, redact: settings, ...options } = {}) => {
      const redact = new ResponseCleaner({
        ...(secrets && { secrets }),
        ...(settings !== undefined && { redact: settings }),
      });
      const lines: string[] = [];
      const logger: Logger = {
        debug() {},
        info() {},
        warn: (text) => lines.push(text),
        error: (text) => lines.push(text),
      };
      const own = { launchOptions: LAUNCH_OPTIONS, outputFolder: `${folder}/outputs`, logger };
      const server = await PlaywrightServer.start({ ...own, ...options, redact });
      const text = async (name: string, args = {}): Promise<string> => textOf(await server.call(name, args));
      const agent = { server, redact, lines, text };
      agents.push(agent);
      return agent;
    });
    for (const { server, redact } of agents) {
      await server.close();
      redact.close();
    }
  },
  serve: async ({}, use) => {
    const servers: ReturnType<typeof createServer>[] = [];
    await use(async (answer) => {
      const server = createServer(answer).listen(0, '127.0.0.1');
      servers.push(server);
      await once(server, 'listening');
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
  },
});

/** Returns the text of a result. */
export function textOf({ content }: CallToolResult): string {
  return content.map((item) => (item.type === 'text' ? item.text : `[${item.type}]`)).join('\n');
}

/** Answers with a page. */
export function html(response: ServerResponse, content: string): void {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(content);
}

/** Returns the data URL of a page. */
export function pageUrl(content: string): string {
  return `data:text/html,${encodeURIComponent(content)}`;
}
