import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { CallToolResult, Progress, Tool } from '@modelcontextprotocol/sdk/types.js';
import { childEnvironment } from '../../core/child-environment.ts';
import { TwoFactorError, reasonOf } from '../../core/errors.ts';
import { loadSdk } from '../load-sdk.ts';

/** Maximum time of one call, in milliseconds. Playwright has shorter limits of its own. */
const CALL_TIMEOUT = 300_000;
/** Number of lines of standard error that an error shows. */
const SHOWN_LINES = 5;

export interface CallOptions {
  /** Ends the call. */
  readonly signal?: AbortSignal;
  /** Called for each notification about the progress of the call. */
  readonly onProgress?: (progress: Progress) => void;
}

/** Playwright's MCP server, as a child process. */
export class ChildServer {
  readonly #client: Client;
  #isOpen = true;

  private constructor(client: Client) {
    this.#client = client;
    client.onclose = () => (this.#isOpen = false);
  }

  /**
   * Starts the server on a browser. It does not get the environment of this process: no password and no key.
   *
   * @param args arguments of `playwright mcp`
   * @param env variables of the process, besides those that programs need to run
   * @param onLine called for each line that it writes to standard error. Returns the line without secrets
   * @throws TwoFactorError `MISSING_PACKAGE`, `PLAYWRIGHT_TOO_OLD`
   */
  static async start(
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    onLine: (line: string) => string,
  ): Promise<ChildServer> {
    const [{ Client }, { StdioClientTransport }] = await Promise.all([
      loadSdk(() => import('@modelcontextprotocol/sdk/client/index.js')),
      loadSdk(() => import('@modelcontextprotocol/sdk/client/stdio.js')),
    ]);
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [cliOfPlaywright(), 'mcp', ...args],
      env: { ...childEnvironment(process.env), ...env },
      stderr: 'pipe',
    });
    const last: string[] = [];
    const note = (line: string): void => {
      if (last.push(onLine(line)) > SHOWN_LINES) last.shift();
    };
    // Reading keeps the child from waiting for room in its pipe.
    const errors = transport.stderr;
    if (errors) createInterface({ input: errors as Readable }).on('line', note);
    const client = new Client({ name: 'playwright-2fa', version: '1' });
    try {
      await client.connect(transport);
    } catch (error) {
      await client.close();
      throw notStarted(last, error);
    }
    return new ChildServer(client);
  }

  /** True as long as the process runs. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Returns all tools of the server. */
  async tools(): Promise<Tool[]> {
    return (await this.#client.listTools()).tools;
  }

  /** Calls a tool. @throws an error of the SDK if the process ends meanwhile, or the call is aborted */
  async call(
    name: string,
    args: Readonly<Record<string, unknown>>,
    options: CallOptions = {},
  ): Promise<CallToolResult> {
    const { signal, onProgress } = options;
    const result = await this.#client.callTool({ name, arguments: args }, undefined, {
      timeout: CALL_TIMEOUT,
      ...(signal && { signal }),
      ...(onProgress && { onprogress: onProgress, resetTimeoutOnProgress: true }),
    });
    return result as CallToolResult;
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    await this.#client.close();
  }
}

/** Returns the program of the Playwright that this package uses. */
function cliOfPlaywright(): string {
  try {
    const test = createRequire(import.meta.url).resolve('@playwright/test/package.json');
    return join(dirname(createRequire(test).resolve('playwright/package.json')), 'cli.js');
  } catch (error) {
    const text =
      'The MCP server needs the package "@playwright/test", which is not installed. Run: npm install -D @playwright/test';
    throw new TwoFactorError('MISSING_PACKAGE', text, { cause: error });
  }
}

function notStarted(lines: readonly string[], cause: unknown): TwoFactorError {
  const seen = lines.length > 0 ? ` It wrote:\n${lines.join('\n')}\n` : ' ';
  const isOld = lines.some((line) => /unknown (?:option|command)/.test(line));
  const advice = isOld
    ? 'Check the arguments for it, or run: npm install -D @playwright/test@latest'
    : 'Run "npx playwright mcp --help" to see whether it works.';
  const text = `Playwright's MCP server did not start: ${reasonOf(cause)}.${seen}${advice}`;
  return new TwoFactorError(isOld ? 'PLAYWRIGHT_TOO_OLD' : 'BROWSER_UNREACHABLE', text, { cause });
}
