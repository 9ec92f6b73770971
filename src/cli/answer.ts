import type { ListedHandoff } from '../sink/handoffs.ts';
import { TwoFactorError } from '../core/errors.ts';
import { type Command, defineCommand } from './command.ts';
import { readValue } from './prompt.ts';
import { callSink } from './sink-client.ts';
import { UsageError } from './usage-error.ts';

const USAGE = `Usage: playwright-2fa answer [ID] [options]

Answers a request to a person: a sign-in that waits for a code or an approval.
The code is read from the terminal without being shown, or from standard input.

  ID           id of the request, or its beginning (default: the only one that waits)

  --list       list the requests that wait, and answer none
  --done       say that you have approved the sign-in on your device
  --decline    decline the request: the sign-in ends with an error
  --json       print one JSON object
  --url URL    URL of the sink (PLAYWRIGHT_2FA_SINK_URL, or http://127.0.0.1:8025)

Exit codes: 0 answered, 1 nobody is asked, several wait, or too late, 2 wrong usage.
`;

/** Answers a request to a person, or lists those that wait. */
export const runAnswer: Command = defineCommand({
  name: 'answer',
  usage: USAGE,
  options: {
    list: { type: 'boolean' },
    done: { type: 'boolean' },
    decline: { type: 'boolean' },
    json: { type: 'boolean' },
    url: { type: 'string' },
  },
  positionals: ['[ID]'],
  async run({ values: { list = false, done = false, decline = false, json = false, url }, positionals: [id] }) {
    if (Number(list) + Number(done) + Number(decline) > 1)
      throw new UsageError(`playwright-2fa answer: give one of --list, --done and --decline.\n\n${USAGE}`);
    const waiting = await waitingAt(url);
    if (list) return print(waiting, json);
    const request = select(waiting, id);
    const answer = decline ? { decline } : done ? { done } : await answerFor(request);
    const path = `/api/handoffs/${request.id}/answer`;
    const { status, body } = await callSink({ url, method: 'POST', path, json: answer });
    if (status !== 200) throw new TwoFactorError('SOURCE_REFUSED', String(body['error']));
    const text = decline ? 'Declined. The sign-in ends.' : 'Answered. The sign-in goes on.';
    process.stdout.write(json ? `${JSON.stringify(body)}\n` : `${text}\n`);
  },
});

async function waitingAt(url: string | undefined): Promise<readonly ListedHandoff[]> {
  const { status, body } = await callSink({ url, path: '/api/handoffs' });
  if (status === 200 && Array.isArray(body['handoffs'])) return body['handoffs'] as readonly ListedHandoff[];
  throw new TwoFactorError('SOURCE_REFUSED', 'The sink does not list requests to people. Update it, or check the URL.');
}

function print(waiting: readonly ListedHandoff[], json: boolean): void {
  process.stdout.write(json ? `${JSON.stringify({ handoffs: waiting })}\n` : waiting.map(lineOf).join(''));
}

function lineOf({ id, persona, title, origin, expiresAt, requestedBy }: ListedHandoff): string {
  const until = new Date(expiresAt).toISOString().slice(11, 19);
  return `${id}  ${persona} at ${origin}: ${title}. Asked by ${requestedBy}, until ${until} UTC\n`;
}

function select(waiting: readonly ListedHandoff[], id: string | undefined): ListedHandoff {
  const found = id === undefined ? waiting : waiting.filter((one) => one.id.startsWith(id));
  const [only, ...others] = found;
  if (only && others.length === 0) return only;
  const list = waiting.map((one) => `\n  ${lineOf(one).trimEnd()}`).join('');
  if (waiting.length === 0)
    throw new TwoFactorError('HUMAN_UNREACHABLE', 'Nobody is asked: no sign-in waits for a person.');
  const what = only ? `${found.length} requests wait` : `No request has the id "${id}"`;
  throw new TwoFactorError('HUMAN_UNREACHABLE', `${what}. Pass the id of one:${list}`);
}

async function answerFor({ asks, title, persona }: ListedHandoff): Promise<object> {
  if (asks === 'approval')
    throw new UsageError(
      `${persona} needs an approval: ${title}. Approve it on your device and pass --done, or pass --decline.`,
    );
  return { code: await readValue(`${title} of ${persona}`) };
}
