import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { BrowserContext, BrowserContextOptions, Page } from '@playwright/test';
import type { CallToolResult, Tool } from '@modelcontextprotocol/sdk/types.js';
import { TwoFactorError } from '../../core/errors.ts';
import { type Logger, stderrLogger } from '../../core/logger.ts';
import { OutputFolder } from '../cleaning/output-folder.ts';
import { PictureGuard } from '../cleaning/picture-guard.ts';
import type { ResponseCleaner } from '../cleaning/response-cleaner.ts';
import { type Arguments, refusalOf } from './argument-check.ts';
import { type CallOptions, ChildServer } from './child-server.ts';
import { currentPageIn } from './current-page.ts';
import { ExclusiveQueue } from '../../core/exclusive-queue.ts';
import { pageUrl } from './page-url.ts';
import { probeProblem } from './probe-check.ts';
import { SharedBrowser, type SharedBrowserOptions } from './shared-browser.ts';
import { ToolChoice } from './playwright-tools.ts';

/** All capabilities of Playwright's server. Which tools an agent gets is decided by name. */
const CAPABILITIES = 'vision,pdf,devtools,testing,storage,network,config';
const FIND =
  'Did not search: the page has a secret, for whose parts a search can test. Use browser_snapshot, which masks secrets.';
/** Maximum number of calls until the server has noticed that its context was replaced, or which page is current. */
const MAX_LOOKS = 20;

export interface PlaywrightServerOptions extends SharedBrowserOptions {
  /** Names of Playwright's tools to pass besides those that are known to be safe. @default [] */
  readonly allow?: readonly string[];
  /** Folder for the files that the tools write. It is created. */
  readonly outputFolder: string;
  /** Further arguments of `playwright mcp`. @default [] */
  readonly args?: readonly string[];
  /** Cleans everything that a model receives. */
  readonly redact: ResponseCleaner;
  /** Folders whose files no tool may send or write, besides every `.playwright-2fa`. @default [] */
  readonly secretFolders?: readonly string[];
  /** Receives what the server writes to standard error. @default standard error */
  readonly logger?: Logger;
}

/**
 * Playwright's own MCP server, on a browser that this process shares with it, without secrets in its responses.
 *
 * The browser and the server are started again by the next call if one of them has ended. A browser that was running
 * before `start()` is not.
 *
 * @see https://playwright.dev/docs/getting-started-mcp
 * @example
 * const redact = new ResponseCleaner();
 * const server = await PlaywrightServer.start({ redact, outputFolder: 'agent-output' });
 * await server.call('browser_navigate', { url: 'https://app.example.com' });
 * const page = await server.page();
 * await server.close();
 */
export class PlaywrightServer {
  readonly #options: PlaywrightServerOptions;
  readonly #redact: ResponseCleaner;
  readonly #logger: Logger;
  readonly #choice: ToolChoice;
  readonly #outputs: OutputFolder;
  readonly #pictures: PictureGuard;
  readonly #queue = new ExclusiveQueue();
  #browser: SharedBrowser | undefined;
  #child: ChildServer | undefined;
  #isClosed = false;

  private constructor(options: PlaywrightServerOptions) {
    this.#options = options;
    this.#redact = options.redact;
    this.#logger = options.logger ?? stderrLogger;
    this.#choice = new ToolChoice(options.allow);
    this.#outputs = new OutputFolder(resolve(options.outputFolder), this.#redact, (text) => this.#logger.warn(text));
    this.#pictures = new PictureGuard(this.#redact, this.#outputs.path);
  }

  /**
   * Launches or connects to the browser, and starts the server.
   *
   * @throws TwoFactorError `BROWSER_UNREACHABLE`, `MISSING_PACKAGE`, `PLAYWRIGHT_TOO_OLD`, `SETTINGS_INVALID` if `allow`
   *   names a tool that Playwright does not have
   */
  static async start(options: PlaywrightServerOptions): Promise<PlaywrightServer> {
    const server = new PlaywrightServer(options);
    try {
      await mkdir(server.#outputs.path, { recursive: true, mode: 0o700 });
      await server.tools();
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  /** Returns the tools that an agent gets. Their descriptions are cleaned. @throws TwoFactorError as `start()` */
  async tools(): Promise<Tool[]> {
    const { child } = await this.exclusive(() => this.#ready());
    const tools = await child.tools();
    const names = tools.map(({ name }) => name);
    const unknown = this.#choice.unknownIn(names);
    if (unknown.length > 0) {
      const list = unknown.map((name) => `"${name}"`).join(', ');
      const text = `Playwright has no tool ${list}. Its tools are: ${names.join(', ')}.`;
      throw new TwoFactorError('SETTINGS_INVALID', text);
    }
    return tools.filter(({ name }) => this.#choice.has(name)).map((tool) => this.#redact.json(tool));
  }

  /**
   * Calls a tool of Playwright. Calls run one at a time. A failure is a result with `isError`, since a model acts on it.
   *
   * @throws the reason of `options.signal`, if the call is aborted
   */
  async call(name: string, args: Arguments = {}, options: CallOptions = {}): Promise<CallToolResult> {
    return await this.exclusive(async () => {
      options.signal?.throwIfAborted();
      if (!this.#choice.has(name)) return failed(this.#choice.refusal(name));
      // Playwright reads another folder for relative paths from this argument.
      const { _meta, ...own } = args;
      const refusal =
        probeProblem(name, own) ?? (await refusalOf(name, own, process.cwd(), this.#options.secretFolders ?? []));
      if (refusal !== undefined) return failed(refusal);
      try {
        const { url } = own;
        return await this.#run(name, typeof url === 'string' ? { ...own, url: pageUrl(url) } : own, options);
      } catch (error) {
        options.signal?.throwIfAborted();
        return failed(this.#redact.text(error instanceof Error ? error.message : String(error)));
      }
    });
  }

  /**
   * Returns the page that the agent sees now. Opens one if there is none.
   *
   * @throws TwoFactorError as `start()`
   */
  async page(): Promise<Page> {
    return await this.exclusive(async () => {
      const { browser } = await this.#ready();
      const context = await browser.context();
      const [page, ...others] = context.pages();
      if (!page) return await context.newPage();
      return others.length === 0 ? page : await this.#currentPage(context);
    });
  }

  /** Makes a context the only one: closes the others, so that the agent sees the pages of this one. */
  async use(context: BrowserContext): Promise<void> {
    await this.exclusive(async () => {
      const { browser, child } = await this.#ready();
      if (!(await browser.use(context))) return;
      for (let look = 0; look < MAX_LOOKS; look++) {
        const { isError } = await child.call('browser_tabs', { action: 'list' });
        if (!isError) return;
      }
      throw new TwoFactorError('BROWSER_UNREACHABLE', "Playwright's MCP server does not follow to the new context.");
    });
  }

  /** Opens a context with the options of the server, and its guards. `use()` gives it to the agent. */
  async newContext(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const { browser } = await this.exclusive(() => this.#ready());
    return await browser.newContext(options);
  }

  /** Runs a work while no tool of Playwright runs. Inside, the methods of this object do not wait. */
  async exclusive<T>(work: () => Promise<T>): Promise<T> {
    return await this.#queue.run(work);
  }

  /** Stops the server, closes the browser if it was launched here, and cleans the files once more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const results = await Promise.allSettled([this.#child?.stop(), this.#browser?.close()]);
    await this.#outputs.close();
    const failure = results.find((result) => result.status === 'rejected');
    if (failure) throw failure.reason;
  }

  /** Returns the browser and the server. Starts what has ended. */
  async #ready(): Promise<{ readonly browser: SharedBrowser; readonly child: ChildServer }> {
    if (this.#isClosed) throw new TwoFactorError('BROWSER_UNREACHABLE', "Playwright's MCP server is closed.");
    if (!this.#browser?.isConnected) {
      await this.#child?.stop();
      this.#child = undefined;
      this.#browser = await SharedBrowser.open(this.#options);
    }
    if (!this.#child?.isOpen) this.#child = await this.#startChild(this.#browser);
    return { browser: this.#browser, child: this.#child };
  }

  async #startChild({ endpoint }: SharedBrowser): Promise<ChildServer> {
    const { args = [] } = this.#options;
    const own = ['--endpoint', endpoint, '--output-dir', this.#outputs.path, '--file-paths', 'absolute'];
    const env = { PLAYWRIGHT_MCP_WEBMCP: String(this.#choice.hasToolsOfPages) };
    return await ChildServer.start([...args, ...own, '--caps', CAPABILITIES], env, (line) => {
      const clean = this.#redact.text(line);
      this.#logger.warn(clean);
      return clean;
    });
  }

  async #run(name: string, args: Arguments, options: CallOptions): Promise<CallToolResult> {
    const { browser, child } = await this.#ready();
    // The server opens a context without guards if there is none.
    const context = await browser.context();
    if (name === 'browser_find' && (await this.#snapshotHasSecret(child))) return failed(FIND);
    const call = async (): Promise<CallToolResult> => await child.call(name, args, this.#cleanProgress(options));
    const { filename } = args;
    const file = typeof filename === 'string' ? resolve(filename) : undefined;
    const result = this.#choice.makesNoPicture(name)
      ? withoutPictures(await call())
      : await this.#pictures.take({ page: () => this.page(), file, isPrinted: name.includes('pdf'), call });
    if (await browser.guard.empty(context.pages()))
      return failed('Left this page: it is the sink of playwright-2fa, whose codes an agent must not see.');
    await this.#outputs.clean();
    if (file !== undefined) await this.#outputs.cleanFile(file);
    return this.#redact.clean(result);
  }

  /** True if the snapshot of the page has a secret. A search in it could then test for the parts of the secret. */
  async #snapshotHasSecret(child: ChildServer): Promise<boolean> {
    if (this.#redact.isOff || this.#redact.known.size === 0) return false;
    const { content } = await child.call('browser_snapshot', {});
    return content.some((one) => one.type === 'text' && this.#redact.labelsIn([one.text]).length > 0);
  }

  #cleanProgress({ onProgress, ...rest }: CallOptions): CallOptions {
    return onProgress ? { ...rest, onProgress: (progress) => onProgress(this.#redact.json(progress)) } : rest;
  }

  async #currentPage(context: BrowserContext): Promise<Page> {
    const { child } = await this.#ready();
    for (let look = 0; look < MAX_LOOKS; look++) {
      const { content } = await child.call('browser_tabs', { action: 'list' });
      const [first] = content;
      const found = first?.type === 'text' ? currentPageIn(first.text, context.pages()) : undefined;
      if (found) return found;
    }
    const text = `Cannot tell which of the ${context.pages().length} pages the agent sees. Select one with browser_tabs.`;
    throw new TwoFactorError('BROWSER_UNREACHABLE', text);
  }
}

function failed(text: string): CallToolResult {
  return { content: [{ type: 'text', text: `### Error\n${text}` }], isError: true };
}

/** Leaves out pictures of a tool that is not known to make any. */
function withoutPictures(result: CallToolResult): CallToolResult {
  return { ...result, content: result.content.filter(({ type }) => type !== 'image') };
}
