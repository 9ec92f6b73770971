import { FAULT_NAMES } from '../protocol/fault.ts';
import { type Command, defineCommand, defineGroup } from './command.ts';
import { type SinkCall, type SinkReply, callSink } from './sink-client.ts';
import { UsageError } from './usage-error.ts';

const USAGE = `Usage: playwright-2fa fault <command> [options]

  set FAULT --to ADDRESS   give an address this fault, in place of those that it has
  list                     list the faults of all addresses, and how often each was met
  clear [--to ADDRESS]     remove the faults of an address, or all; messages that they hold are stored

FAULT is one of ${FAULT_NAMES.join(', ')}.

  --to ADDRESS   e-mail address or phone number
  --times N      number of deliveries that meet the fault (1)
  --status N     reply of refuse, such as 421, 450 or 550 (450); HTTP status of http-error (500)
  --ms N         time of delay and slow, in milliseconds
  --count N      copies of duplicate, messages of reorder (2)
  --bytes N      size that truncate leaves
  --url URL      URL of the sink (PLAYWRIGHT_2FA_SINK_URL, or http://127.0.0.1:8025)

Exit codes: 0 success, 1 no sink answers, 2 wrong usage.
`;

const text = { type: 'string' } as const;

/** Sets, lists and removes the faults of a sink. */
export const runFault: Command = defineGroup({
  name: 'fault',
  usage: USAGE,
  commands: {
    set: () => Promise.resolve(runSet),
    list: () => Promise.resolve(runList),
    clear: () => Promise.resolve(runClear),
  },
});

const runSet = defineCommand({
  name: 'fault set',
  usage: USAGE,
  options: { to: text, times: text, status: text, ms: text, count: text, bytes: text, url: text },
  positionals: ['<FAULT>'],
  async run({ values: { to, url, ...members }, positionals: [fault] }) {
    const numbers = Object.entries(members).map(([name, value]) => [name, value.trim() === '' ? value : Number(value)]);
    const json = { faults: [{ fault, ...Object.fromEntries(numbers) }] };
    await callFaults({ url, method: 'PUT', path: '/api/faults', query: { to }, json });
  },
});

const runList = defineCommand({
  name: 'fault list',
  usage: USAGE,
  options: { to: text, url: text },
  async run({ values: { to, url } }) {
    const { body } = await callFaults({ url, path: '/api/faults', query: { to } });
    for (const line of body['faults'] as object[]) process.stdout.write(`${JSON.stringify(line)}\n`);
  },
});

const runClear = defineCommand({
  name: 'fault clear',
  usage: USAGE,
  options: { to: text, url: text },
  async run({ values: { to, url } }) {
    await callFaults({ url, method: 'DELETE', path: '/api/faults', query: { to } });
  },
});

async function callFaults(call: SinkCall): Promise<SinkReply> {
  const reply = await callSink(call);
  if (reply.status !== 200) throw new UsageError(`playwright-2fa fault: ${String(reply.body['error'])}\n\n${USAGE}`);
  return reply;
}
