import { UsageError } from './usage-error.ts';
import { type Command, defineCommand, defineGroup } from './command.ts';
import { callSink } from './sink-client.ts';

const USAGE = `Usage: playwright-2fa wait code|link|message --to ADDRESS [options]

  code       print the one-time code of the newest matching message
  link       print its link to follow
  message    print its visible text

  --to ADDRESS      e-mail address or phone number that the message is sent to
  --after MARK      only messages after this mark, from \`playwright-2fa mark\` (default: after the start of the wait);
                    0 for all messages that the sink holds
  --from SENDER     address, domain, number or name of the sender
  --subject TEXT    part of the subject
  --claim           take the message, so that no other wait that claims returns it
  --timeout MS      time limit in milliseconds, up to 600000 (20000)
  --json            print the answer of the sink as one JSON object, also if the wait timed out
  --url URL         URL of the sink (PLAYWRIGHT_2FA_SINK_URL, or http://127.0.0.1:8025)

  for a code:  --length N, --charset digits|alphanumeric, --pattern REGEXP
  for a link:  --text TEXT, --host HOST, --kind verify|sign-in|reset|invite

The token of the sink comes from the URL in PLAYWRIGHT_2FA_SINK_URL, or from PLAYWRIGHT_2FA_SINK_TOKEN.

Exit codes: 0 found, 1 not found in time, ambiguous or no sink, 2 wrong usage.
`;

const text = { type: 'string' } as const;
const COMMON = {
  to: text,
  after: text,
  from: text,
  subject: text,
  timeout: text,
  url: text,
  json: { type: 'boolean' },
  claim: { type: 'boolean' },
} as const;
const OWN = {
  code: { length: text, charset: text, pattern: text },
  link: { text, host: text, kind: text },
  message: {},
} as const;

type Wanted = keyof typeof OWN;

/** Waits for a message at the sink, and prints what it was waited for. */
export const runWait: Command = defineGroup({
  name: 'wait',
  usage: USAGE,
  commands: {
    code: () => Promise.resolve(waitCommand('code')),
    link: () => Promise.resolve(waitCommand('link')),
    message: () => Promise.resolve(waitCommand('message')),
  },
});

function waitCommand(wanted: Wanted): Command {
  return defineCommand({
    name: `wait ${wanted}`,
    usage: USAGE,
    options: { ...COMMON, ...OWN[wanted] },
    async run({ values: { url, json, claim, ...given } }) {
      const query = { ...given, ...(claim && { claim: 'true' }) };
      const { status, body } = await callSink({ url, path: `/api/wait/${wanted}`, query });
      if (status === 400) throw new UsageError(`playwright-2fa wait ${wanted}: ${String(body['error'])}\n\n${USAGE}`);
      if (json) process.stdout.write(`${JSON.stringify(body)}\n`);
      else if (status === 200) process.stdout.write(`${found(wanted, body)}\n`);
      else process.stderr.write(`${String(body['error'])}\n`);
      if (status !== 200) process.exitCode = 1;
    },
  });
}

function found(wanted: Wanted, body: Readonly<Record<string, unknown>>): string {
  return wanted === 'message' ? String((body['message'] as { text?: unknown }).text) : String(body[wanted]);
}
