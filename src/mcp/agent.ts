import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { BrowserContextOptions, LaunchOptions } from '@playwright/test';
import type { Logger } from '../core/logger.ts';
import { storedSecrets } from '../persona/stored-secrets.ts';
import { SINK_URL_VARIABLE } from '../project/project.ts';
import type { Project } from '../project/project.ts';
import type { AgentBrowser } from './agent-browser.ts';
import { type AgentServer, serveAgent } from './agent-server.ts';
import { showAnswerPage } from './answer-page.ts';
import { AttachedBrowser } from './attached-browser.ts';
import { ResponseCleaner } from './cleaning/response-cleaner.ts';
import { ServerSession } from './server-session.ts';
import { WITHOUT_PAGE, servedTools } from './tools/index.ts';
import { PlaywrightServer } from './wrap/playwright-server.ts';
import { SharedBrowser, type SharedBrowserOptions } from './wrap/shared-browser.ts';

export interface AgentOptions {
  readonly project: Project;
  /** Version of this package. */
  readonly version: string;
  readonly logger: Logger;
  /** True to start Playwright's MCP server, and to pass its tools through. */
  readonly wrap: boolean;
  /** Endpoint of a running browser. @default a browser of its own, if `wrap` is true */
  readonly endpoint: string | undefined;
  readonly browser: 'chromium' | 'firefox' | 'webkit';
  readonly headless: boolean;
  /** Program of the browser. @default that of Playwright */
  readonly executable: string | undefined;
  readonly launchOptions?: LaunchOptions;
  readonly contextOptions?: BrowserContextOptions;
  /** Tools of Playwright's server that are allowed beside the safe ones. */
  readonly allow: readonly string[];
  /** Names of the personas that the agent may use. @default all */
  readonly allowed: readonly string[] | undefined;
  /** True if a person confirms sign-ups, and the first use of a persona at an origin. */
  readonly confirms: boolean;
  /** Folder of snapshots, pictures and downloads. */
  readonly outputFolder: string;
}

/** An agent with its browser, its personas and its tools. */
export interface Agent {
  /** Serves the agent over a transport. */
  serve(transport: Transport): Promise<AgentServer>;
  close(): Promise<void>;
}

/** Default URL of the sink, which the browser of an agent must not open: its pages show codes. */
const DEFAULT_SINK = 'http://127.0.0.1:8025';

/** Opens an agent: with a browser if `wrap` or `endpoint` says so. */
export async function openAgent(options: AgentOptions): Promise<Agent> {
  const { project, logger, version, wrap, allowed, confirms } = options;
  const { settings } = project;
  const env = await project.environment();
  const secrets = storedSecrets(settings.personas ?? {}, env);
  const cleaner = new ResponseCleaner({
    secrets,
    ...(settings.redact === undefined ? {} : { redact: settings.redact }),
  });
  const sinkUrl = settings.sinkUrl ?? env[SINK_URL_VARIABLE] ?? DEFAULT_SINK;
  const shared = browserOptions(options, sinkUrl);
  const { allow, outputFolder } = options;
  const secretFolders = [project.paths.folder, project.paths.vault];
  const wrapped = wrap
    ? await PlaywrightServer.start({ ...shared, allow, outputFolder, secretFolders, logger, redact: cleaner })
    : undefined;
  const browser: AgentBrowser | undefined =
    wrapped ?? (shared.endpoint === undefined ? undefined : new AttachedBrowser(await SharedBrowser.open(shared)));
  let server: Server | undefined;
  const session = new ServerSession({
    ...{ project, logger, allowed, browser, confirms },
    showAnswerPage: (text, url) => showAnswerPage(server, logger, text, url),
  });
  // Messages count from the moment when a persona is opened. The first call that uses it gets an error of that.
  await Promise.allSettled((allowed ?? []).map(async (name) => await session.persona(name)));
  return {
    async serve(transport) {
      const served = await serveAgent(transport, {
        ...{ version, tools: servedTools(session) },
        isListed: ({ name }) => browser !== undefined || WITHOUT_PAGE.includes(name),
        ...(wrapped ? { passed: wrapped, exclusive: (work) => wrapped.exclusive(work) } : {}),
        onCall: () => session.beginCall(),
        clean: (result) => cleaner.clean(result),
      });
      ({ server } = served);
      return served;
    },
    async close() {
      await session.close();
      await browser?.close();
      cleaner.close();
    },
  };
}

function browserOptions(
  { endpoint, browser, headless, executable, launchOptions, contextOptions }: AgentOptions,
  sinkUrl: string,
): SharedBrowserOptions {
  const program = executable === undefined ? {} : { executablePath: executable };
  return {
    ...{ browser, headless, sinkUrl, launchOptions: { ...launchOptions, ...program } },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(contextOptions ? { contextOptions } : {}),
  };
}
