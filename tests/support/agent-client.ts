import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { type CallToolResult, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import type { TwoFactorSettings } from 'playwright-2fa';
import { CHROMIUM_FLAGS } from './chromium-flags.ts';
import { MAIN, test as base } from './cli-test.ts';

/** Programs of tests may need another Chromium than Playwright's. */
const EXECUTABLE = process.env['PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH'];

/** An agent without a model: the official client, and a record of everything that it has sent and received. */
export interface AgentClient {
  readonly client: Client;
  /** Lines of JSON, in both directions, and standard error. */
  readonly transcript: string[];
  /** Lines of standard error, which a person sees and a model does not. */
  readonly errors: string[];
  /** URLs that a person was shown. */
  readonly shown: string[];
  call(name: string, args?: Record<string, unknown>): Promise<CallToolResult>;
  /** Calls a tool, and returns its text. Fails if the tool does. */
  text(name: string, args?: Record<string, unknown>): Promise<string>;
}

interface AgentFixtures {
  /** Starts an agent. Its server ends with the test. */
  startAgent: (options?: AgentStart) => Promise<AgentClient>;
}

interface AgentStart {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Settings of the server. */
  readonly settings?: TwoFactorSettings;
  /** True if the client shows pages to a person. @default false */
  readonly shows?: boolean;
}

/** Tests of the MCP server, with the official client. */
export const test = base.extend<AgentFixtures>({
  startAgent: async ({ project }, use) => {
    const clients: Client[] = [];
    await use(async ({ args = ['--wrap'], env = {}, settings = {}, shows = false } = {}) => {
      const file = join(project.folder, 'agent.mjs');
      const launchOptions = {
        args: CHROMIUM_FLAGS,
        ...(EXECUTABLE === undefined ? {} : { executablePath: EXECUTABLE }),
      };
      const module = { settings, launchOptions };
      await writeFile(
        file,
        Object.entries(module)
          .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`)
          .join(''),
      );
      const transport = new StdioClientTransport({
        command: process.execPath,
        args: [MAIN, 'mcp', '--settings', file, ...args],
        env: { ...(project.env as Record<string, string>), ...env },
        cwd: project.folder,
        stderr: 'pipe',
      });
      const client = new Client(
        { name: 'agent', version: '1' },
        { capabilities: shows ? { elicitation: { url: {} } } : {} },
      );
      clients.push(client);
      return await connect(client, transport, shows);
    });
    for (const client of clients) await client.close();
  },
});

/** Connects a client, and records what goes over its transport. */
async function connect(client: Client, transport: StdioClientTransport, shows: boolean): Promise<AgentClient> {
  const [transcript, errors, shown]: [string[], string[], string[]] = [[], [], []];
  const send = transport.send.bind(transport);
  transport.send = async (message) => {
    transcript.push(JSON.stringify(message));
    await send(message);
  };
  const input = transport.stderr as Readable;
  createInterface({ input }).on('line', (line) => errors.push(line));
  if (shows)
    client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
      if (params.mode === 'url') shown.push(params.url);
      return { action: 'accept' };
    });
  await client.connect(transport);
  const receive = transport.onmessage?.bind(transport);
  transport.onmessage = (message) => {
    // The client shows this to the person, and not to the model.
    if (!('method' in message && message.method === 'elicitation/create')) transcript.push(JSON.stringify(message));
    receive?.(message);
  };
  const call: AgentClient['call'] = async (name, args = {}) =>
    (await client.callTool({ name, arguments: args }, undefined, { timeout: CALL_TIMEOUT })) as CallToolResult;
  return {
    ...{ client, transcript, errors, shown, call },
    text: async (name, args) => {
      const { content, isError } = await call(name, args);
      const text = content.map((one) => (one.type === 'text' ? one.text : '')).join('\n');
      if (isError) throw new Error(`${name} failed: ${text}`);
      return text;
    },
  };
}

/** Maximum time of one call, in milliseconds. */
const CALL_TIMEOUT = 100_000;
