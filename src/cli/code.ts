import { TwoFactorError } from '../core/errors.ts';
import { decodeMessage } from '../message/decode.ts';
import { findCode } from '../codes/find-code.ts';
import { findLink } from '../codes/find-link.ts';
import type { Message } from '../message/message.ts';
import { rankCodes } from '../codes/rank-code.ts';
import { rankLinks } from '../codes/rank-link.ts';
import { type Command, defineCommand } from './command.ts';
import { readInput } from './input.ts';

const USAGE = `Usage: playwright-2fa code [FILE] [--json]

  FILE     a mail (.eml) or a text file (default: standard input)
  --json   print all candidates as one JSON object
`;

/** The code and the link of a message, with all candidates. */
interface Reading {
  readonly code: string | null;
  readonly codes: ReturnType<typeof rankCodes>;
  readonly link: string | null;
  readonly links: ReturnType<typeof rankLinks>;
}

/** Prints the codes and links of a message, with the evidence for and against each. */
export const runCode: Command = defineCommand({
  name: 'code',
  usage: USAGE,
  options: { json: { type: 'boolean' } },
  positionals: ['[FILE]'],
  async run({ values, positionals }) {
    const message = await readMessage(positionals[0]);
    const reading = read(message);
    process.stdout.write(values.json ? `${JSON.stringify(reading)}\n` : describe(message, reading));
    if (reading.code === null && reading.link === null) process.exitCode = 1;
  },
});

async function readMessage(file: string | undefined): Promise<Message> {
  const raw = await readInput(file);
  const isMail =
    /\.eml$/i.test(file ?? '') || /^[\w-]+:[^\n]*\r?\n(?:[\w-]+:|[ \t])/.test(raw.toString('latin1', 0, 2000));
  const envelope = { id: file ?? 'stdin', seq: 1, from: '', to: [], receivedAt: Date.now(), size: raw.length };
  return await decodeMessage({ ...envelope, kind: isMail ? 'email' : 'sms' }, raw);
}

function read(message: Message): Reading {
  const orNull = (find: () => string): string | null => {
    try {
      return find();
    } catch (error) {
      if (error instanceof TwoFactorError) return null;
      throw error;
    }
  };
  const code = orNull(() => findCode(message));
  const link = orNull(() => findLink(message));
  return { code, codes: rankCodes(message), link, links: rankLinks(message) };
}

function describe(message: Message, { code, codes, link, links }: Reading): string {
  const head = message.kind === 'email' ? `Mail "${message.subject}" from ${message.from}` : 'Text';
  const rows = (
    list: readonly { score: number; reasons: readonly string[] }[],
    name: (index: number) => string,
  ): string[] =>
    list.map(({ score, reasons }, index) => `  ${score.toFixed(1).padStart(6)}  ${name(index)}  ${reasons.join(', ')}`);
  return [
    head,
    '',
    `Code: ${code ?? 'none, or ambiguous'}`,
    ...rows(codes, (index) => `${codes[index]?.code} in the ${codes[index]?.where}`),
    '',
    `Link: ${link ?? 'none, or ambiguous'}`,
    ...rows(links, (index) => `${links[index]?.href}`),
    '',
  ].join('\n');
}
