import { TwoFactorError, causeOf } from '../core/errors.ts';
import { readEnvironment } from '../project/environment.ts';
import { SINK_URL_VARIABLE } from '../project/project.ts';
import type { ListedHandoff } from '../protocol/handoff.ts';
import { TOKEN_VARIABLE } from '../protocol/sink-variables.ts';
import { type Command, defineCommand } from './command.ts';
import { readValue } from './prompt.ts';
import { UsageError } from './usage-error.ts';

const USAGE = `Usage: playwright-2fa answer [ID] [--done | --decline] [--url URL] [--json]

  ID          the handoff to answer (default: list the open handoffs)
  --done      confirm an approval
  --decline   decline
  --url URL   address of the sink (${SINK_URL_VARIABLE}, or http://127.0.0.1:8025)
  --json      print one JSON object

The code is typed without being shown, or comes on standard input. The token of
the sink is in ${TOKEN_VARIABLE}.
`;

const DEFAULT_URL = 'http://127.0.0.1:8025';
/** Time limit for a response of the sink, in milliseconds. */
const TIMEOUT = 10_000;

/** The sink, and the token of who may read it. */
interface Access {
  readonly url: string;
  readonly token: string | undefined;
}

/** Lists the handoffs of the sink, or answers one. */
export const runAnswer: Command = defineCommand({
  name: 'answer',
  usage: USAGE,
  options: {
    done: { type: 'boolean' },
    decline: { type: 'boolean' },
    url: { type: 'string' },
    json: { type: 'boolean' },
  },
  positionals: ['[ID]'],
  surplus: 'too many arguments. The code comes on standard input, never as an argument.',
  async run({ values: { done, decline, url, json }, positionals: [id] }) {
    if (done && decline) throw new UsageError(`playwright-2fa answer: --done or --decline, not both.\n\n${USAGE}`);
    const access = await accessOf(url);
    if (id === undefined) {
      if (done || decline) throw new UsageError(`playwright-2fa answer: ID is missing.\n\n${USAGE}`);
      const { handoffs } = (await call(access, '/api/handoffs')) as { handoffs: ListedHandoff[] };
      process.stdout.write(json ? `${JSON.stringify({ handoffs })}\n` : describe(handoffs));
      return;
    }
    const path = `/api/handoffs/${encodeURIComponent(id)}`;
    const handoff = (await call(access, path)) as ListedHandoff & { path: string };
    const answer = await answerOf(handoff, { done, decline });
    const token = handoff.path.split('/').at(-1);
    await call({ ...access, token }, `${path}/answer`, answer);
    process.stdout.write(json ? `${JSON.stringify({ id })}\n` : `Answered: ${handoff.title}\n`);
  },
});

async function answerOf(
  { asks, title, persona, origin }: ListedHandoff,
  { done, decline }: { done: boolean | undefined; decline: boolean | undefined },
): Promise<object> {
  if (decline) return { decline };
  if (done) return { done };
  if (asks === 'approval')
    throw new UsageError(`Approve the sign-in on the device, then pass --done, or --decline: ${title}.`);
  return { code: await readValue(`${title}, for ${persona} at ${origin}`) };
}

/** Reads the address and the token of the sink. A password in the address is the token, as for tests. */
async function accessOf(option: string | undefined): Promise<Access> {
  const env = await readEnvironment(process.cwd());
  const text = option ?? env[SINK_URL_VARIABLE] ?? DEFAULT_URL;
  if (!URL.canParse(text)) throw new UsageError('The address of the sink is not a URL such as http://127.0.0.1:8025.');
  const url = new URL(text);
  if (option !== undefined && url.password !== '')
    throw new UsageError(
      `--url must not contain a token, because other users of this machine can read it. Set ${TOKEN_VARIABLE}.`,
    );
  return {
    url: `${url.protocol}//${url.host}`,
    token: url.password === '' ? env[TOKEN_VARIABLE] : decodeURIComponent(url.password),
  };
}

async function call({ url, token }: Access, path: string, body?: object): Promise<unknown> {
  const response = await fetch(url + path, {
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT),
  }).catch((error: unknown) => {
    const text = `The sink at ${url} does not answer (${causeOf(error)}). Start one with \`npx playwright-2fa sink\`, or pass its address with --url.`;
    throw new TwoFactorError('SOURCE_UNREACHABLE', text);
  });
  const result = (await response.json().catch(() => ({}))) as { error?: string };
  if (response.ok) return result;
  throw new TwoFactorError(
    'SOURCE_REFUSED',
    `The sink at ${url} refused (HTTP ${response.status}). ${result.error ?? ''}`.trim(),
  );
}

function describe(handoffs: readonly ListedHandoff[]): string {
  if (handoffs.length === 0) return 'No handoff is open.\n';
  return handoffs
    .map(({ id, persona, title, origin, requestedBy, expiresAt }) =>
      [
        `${id}  ${title}`,
        `  ${persona} at ${origin}, ${requestedBy}, until ${new Date(expiresAt).toISOString()}`,
        '',
      ].join('\n'),
    )
    .join('');
}
