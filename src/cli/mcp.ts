import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { isLoopback } from '../core/http-access.ts';
import { stderrLogger } from '../core/logger.ts';
import { suggest } from '../core/suggest.ts';
import { Project } from '../project/project.ts';
import { type TwoFactorSettings, checkSettings } from '../project/settings.ts';
import type { AgentOptions } from '../mcp/agent.ts';
import { type Command, defineCommand, packageVersion } from './command.ts';
import { readInput } from './input.ts';
import { UsageError } from './usage-error.ts';

const TOKEN_VARIABLE = 'PLAYWRIGHT_2FA_MCP_TOKEN';
const ENGINES = ['chromium', 'firefox', 'webkit'] as const;

const USAGE = `Usage: playwright-2fa mcp [--wrap] [--endpoint ENDPOINT] [options]

Serves tools to an AI agent over MCP: it signs in, fills codes and reads mail,
and the model sees no secret.

  --wrap             start a browser and Playwright's own MCP server on it, and
                     pass its tools through; every response is cleaned
  --endpoint URL     use a running browser, as browser.bind() returns it
  --browser NAME     chromium, firefox or webkit (default: chromium)
  --headed           show the browser of --wrap
  --executable PATH  program of the browser
  --allow TOOL       allow a tool of Playwright that is off, such as
                     browser_evaluate; several times
  --persona NAME     persona that the agent may use; several times (default: all).
                     Its messages count from the start of the server, those of
                     others from the first call that names them
  --ask              let sign_in ask a person for what no factor of a persona
                     provides; the client shows the page, else the log has it
  --confirm          ask a person before a sign-up, and before the first use of a
                     persona at a site
  --output-dir DIR   folder of snapshots, pictures and downloads
                     (default: .playwright-mcp, as Playwright's server)
  --settings FILE    JavaScript module that exports \`settings\`, as
                     withTwoFactor() takes them, and \`launchOptions\` and
                     \`contextOptions\` of the browser
  --port N           serve streamable HTTP instead of standard input and output;
                     0 selects a free port
  --host HOST        address to listen on (default: 127.0.0.1)
  --token-file FILE  token that clients send; - is standard input (default:
                     ${TOKEN_VARIABLE})
  --allow-remote     listen on an address that other machines reach
`;

/** Serves an agent. */
export const runMcp: Command = defineCommand({
  name: 'mcp',
  usage: USAGE,
  options: {
    wrap: { type: 'boolean' },
    endpoint: { type: 'string' },
    browser: { type: 'string' },
    headed: { type: 'boolean' },
    executable: { type: 'string' },
    allow: { type: 'string', multiple: true },
    persona: { type: 'string', multiple: true },
    ask: { type: 'boolean' },
    confirm: { type: 'boolean' },
    'output-dir': { type: 'string' },
    settings: { type: 'string' },
    port: { type: 'string' },
    host: { type: 'string' },
    'token-file': { type: 'string' },
    'allow-remote': { type: 'boolean' },
  },
  async run({ values }) {
    const { port, host = '127.0.0.1' } = values;
    const browser = engineOf(values.browser);
    if (values.allow && !values.wrap) throw usageError('--allow names tools of --wrap.');
    if (port === undefined && (values.host ?? values['token-file'] ?? values['allow-remote']) !== undefined)
      throw usageError('--host, --token-file and --allow-remote belong to --port.');
    if (!isLoopback(host) && !values['allow-remote'])
      throw usageError(`"${host}" is reached from other machines. Add --allow-remote, and put TLS in front of it.`);
    const { settings = {}, ...browserOptions } =
      values.settings === undefined ? {} : await readSettings(values.settings);
    const asking = values.ask ? { ...settings, human: settings.human ?? {} } : settings;
    const project = new Project({ root: process.cwd(), settings: asking, caller: 'command' });
    const options: AgentOptions = {
      ...browserOptions,
      ...{ project, browser, version: packageVersion(), logger: stderrLogger, headless: !values.headed },
      ...{ wrap: values.wrap ?? false, endpoint: values.endpoint, executable: values.executable },
      ...{ allow: values.allow ?? [], allowed: values.persona, confirms: values.confirm ?? false },
      outputFolder: resolve(values['output-dir'] ?? '.playwright-mcp'),
    };
    try {
      await (port === undefined
        ? serveStdio(options)
        : serveOnPort(options, { port: portOf(port), host, token: await readToken(values['token-file']) }));
    } finally {
      await project.close();
    }
  },
});

async function serveStdio(options: AgentOptions): Promise<void> {
  const [{ openAgent }, { loadSdk }] = await Promise.all([import('../mcp/agent.ts'), import('../mcp/load-sdk.ts')]);
  const { StdioServerTransport } = await loadSdk(() => import('@modelcontextprotocol/sdk/server/stdio.js'));
  const agent = await openAgent(options);
  try {
    const served = await agent.serve(new StdioServerTransport());
    // A client that has gone has closed its end.
    process.stdin.once('end', () => void served.close());
    process.stdin.once('close', () => void served.close());
    await Promise.race([served.closed, ended()]);
  } finally {
    await agent.close();
  }
}

async function serveOnPort(
  options: AgentOptions,
  at: { readonly port: number; readonly host: string; readonly token: string },
): Promise<void> {
  const [{ openAgent }, { serveHttp }] = await Promise.all([
    import('../mcp/agent.ts'),
    import('../mcp/http-server.ts'),
  ]);
  const server = await serveHttp({ ...at, logger: options.logger, openAgent: () => openAgent(options) });
  process.stdout.write(`playwright-2fa mcp ready ${server.url}\n`);
  try {
    await ended();
  } finally {
    await server.close();
  }
}

/** Resolves when the process is told to end. */
async function ended(): Promise<void> {
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}

/** Exports of a module of settings. */
interface SettingsModule extends Pick<AgentOptions, 'launchOptions' | 'contextOptions'> {
  readonly settings?: TwoFactorSettings;
}

async function readSettings(file: string): Promise<SettingsModule> {
  const loaded = (await import(pathToFileURL(resolve(file)).href).catch((error: unknown) => {
    const text = `Could not load "${file}": ${reasonOf(error)}. Give a JavaScript module that exports \`settings\`.`;
    throw new TwoFactorError('SETTINGS_INVALID', text, { cause: error });
  })) as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(loaded).filter((name) => !EXPORTS.includes(name));
  if (unknown.length > 0 || Object.values(loaded).some((value) => typeof value !== 'object' || value === null)) {
    const text = `"${file}" must export objects named ${EXPORTS.join(', ')} only. ${unknown.map((name) => suggest(name, EXPORTS)).join(' ')}`;
    throw new TwoFactorError('SETTINGS_INVALID', text.trim());
  }
  const { settings, ...others } = loaded as SettingsModule;
  return { ...others, ...(settings ? { settings: checkSettings(settings) } : {}) };
}

const EXPORTS = ['settings', 'launchOptions', 'contextOptions'];

function engineOf(name: string = 'chromium'): (typeof ENGINES)[number] {
  const engine = ENGINES.find((one) => one === name);
  if (engine) return engine;
  throw usageError(`--browser must be one of ${ENGINES.join(', ')}.`);
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw usageError('--port must be a number from 0 to 65535.');
}

async function readToken(file: string | undefined): Promise<string> {
  const token = file === undefined ? process.env[TOKEN_VARIABLE] : (await readInput(file)).toString('utf8').trim();
  if (token) return token;
  throw usageError(`A server on a port needs a token. Set ${TOKEN_VARIABLE}, or pass --token-file FILE.`);
}

function usageError(text: string): UsageError {
  return new UsageError(`playwright-2fa mcp: ${text}\n\n${USAGE}`);
}
