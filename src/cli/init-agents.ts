import { existsSync, realpathSync } from 'node:fs';
import { suggest } from '../core/suggest.ts';
import { calledProject } from './called-project.ts';
import { type Command, defineCommand } from './command.ts';
import { type AgentClient, CLIENTS } from './init-agents/clients.ts';
import { agentSection, skill } from './init-agents/instructions.ts';
import { type FileChange, readProjectFile, writeChange } from './init-agents/project-file.ts';
import { planSection } from './init-agents/section.ts';
import { planSeed, type Seed } from './init-agents/seed-test.ts';
import { serverCommand } from './init-agents/server-command.ts';
import { UsageError } from './usage-error.ts';

const AGENTS = 'AGENTS.md';

const USAGE = `Usage: playwright-2fa init-agents [options]

Prepares the current folder for agents that sign in: the MCP server of this package, the rules
for agents, and a seed test for Playwright's test agents. A file that exists keeps its content.

  --client NAME   ${Object.keys(CLIENTS).join(', ')}; may be given several times (claude)
  --persona NAME  persona of the seed test (the first that is stored, else alice)
  --url URL       page of the sign-in (/login)
  --seed FILE     path of the seed test (tests/seed.spec.ts)
  --dry-run       print what would be written, and write nothing

Exit codes: 0 success, 1 a file has to be edited by hand, 2 wrong usage.
`;

const text = { type: 'string' } as const;

/** Prepares a project for agents. */
export const runInitAgents: Command = defineCommand({
  name: 'init-agents',
  usage: USAGE,
  options: {
    client: { type: 'string', multiple: true },
    ...{ persona: text, url: text, seed: text },
    'dry-run': { type: 'boolean' },
  },
  async run({ values }) {
    const { client: names = ['claude'], url = '/login', seed: path = 'tests/seed.spec.ts', 'dry-run': isDry } = values;
    const clients = [...new Set(names)].map(clientOf);
    if (/\s/.test(url)) throw new UsageError(`playwright-2fa init-agents: --url has white space.\n\n${USAGE}`);
    const stored = await calledProject({}).personaNames();
    const persona = values.persona ?? stored[0] ?? 'alice';
    const changes = await planProject(clients, { path, persona, url });
    if (!isDry) for (const change of changes) await writeChange(change);
    print(changes, isDry ?? false);
    if (!stored.includes(persona)) process.stdout.write(missingPersona(persona));
    if (changes.some(({ status }) => status === 'by-hand')) process.exitCode = 1;
  },
});

function clientOf(name: string): AgentClient {
  const client = Object.hasOwn(CLIENTS, name) ? CLIENTS[name] : undefined;
  if (client) return client;
  const known = suggest(name, Object.keys(CLIENTS));
  throw new UsageError(`playwright-2fa init-agents: --client is not supported. ${known}\n\n${USAGE}`);
}

async function planProject(clients: readonly AgentClient[], seed: Seed): Promise<FileChange[]> {
  const ofClients: FileChange[] = [];
  for (const client of clients) ofClients.push(...(await planClient(client)));
  const section = planSection(AGENTS, await readProjectFile(AGENTS), agentSection());
  const changes = [...ofClients, section, planSeed(await readProjectFile(seed.path), seed)];
  // Two clients may share a file.
  return changes.filter(({ path }, index) => changes.findIndex((one) => one.path === path) === index);
}

async function planClient({ servers, skills, instructions, needsShell, plan }: AgentClient): Promise<FileChange[]> {
  const path = `${skills}/playwright-2fa/SKILL.md`;
  const changes = [
    plan(servers, await readProjectFile(servers), serverCommand(needsShell ?? false, process.platform)),
    planSection(path, await readProjectFile(path), skill()),
  ];
  return instructions === undefined ? changes : [...changes, await planImport(instructions)];
}

/** Plans a file that imports `AGENTS.md`. In some projects it is a link to that file. */
async function planImport(path: string): Promise<FileChange> {
  const found = await readProjectFile(path);
  const note = `imports ${AGENTS}`;
  if (found === undefined) return { path, status: 'created', content: `@${AGENTS}\n`, note };
  if (isLinked(path) || /^\s*@(?:\.\/)?AGENTS\.md\b/m.test(found)) return { path, status: 'unchanged', note };
  return { path, status: 'by-hand', note: `it does not import ${AGENTS}. Add the line "@${AGENTS}"` };
}

function isLinked(path: string): boolean {
  return existsSync(AGENTS) && realpathSync(path) === realpathSync(AGENTS);
}

const LABELS: Readonly<Record<FileChange['status'], string>> = {
  created: 'created',
  updated: 'updated',
  unchanged: 'unchanged',
  kept: 'kept',
  'by-hand': 'EDIT',
};

function print(changes: readonly FileChange[], isDry: boolean): void {
  if (isDry) process.stdout.write('Nothing is written (--dry-run). Without it:\n\n');
  for (const { status, path, note } of changes)
    process.stdout.write(`${LABELS[status].padEnd(10)} ${path}: ${note}.\n`);
}

function missingPersona(name: string): string {
  return `\nThe persona "${name}" is neither in the vault nor in the environment. Unless the configuration has it, store it:
npx playwright-2fa vault init, then vault set ${name}.\n`;
}
