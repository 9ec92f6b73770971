import { TwoFactorError } from '../core/errors.ts';
import { SINK_URL_VARIABLE } from '../project/project.ts';
import type { ListedHandoff } from '../protocol/handoff.ts';
import { TOKEN_VARIABLE } from '../protocol/sink-variables.ts';
import { type Command, defineCommand } from './command.ts';
import { readValue } from './prompt.ts';
import { type SinkCall, type SinkReply, callSink } from './sink-client.ts';
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
    if (id === undefined) {
      if (done || decline) throw new UsageError(`playwright-2fa answer: ID is missing.\n\n${USAGE}`);
      const { handoffs } = (await call({ url, path: '/api/handoffs' })) as unknown as { handoffs: ListedHandoff[] };
      process.stdout.write(json ? `${JSON.stringify({ handoffs })}\n` : describe(handoffs));
      return;
    }
    const path = `/api/handoffs/${encodeURIComponent(id)}`;
    const handoff = (await call({ url, path })) as unknown as ListedHandoff & { path: string };
    const answer = await answerOf(handoff, { done, decline });
    const token = handoff.path.split('/').at(-1);
    await call({ url, method: 'POST', path: `${path}/answer`, json: answer, token });
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

/** Calls the sink. @throws TwoFactorError `SOURCE_UNREACHABLE`, `SOURCE_REFUSED` */
async function call(request: SinkCall): Promise<SinkReply['body']> {
  const { status, body } = await callSink(request);
  if (status === 200) return body;
  const { error } = body as { readonly error?: string };
  throw new TwoFactorError('SOURCE_REFUSED', `The sink refused (HTTP ${status}). ${error ?? ''}`.trim());
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
