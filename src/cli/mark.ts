import { TwoFactorError } from '../core/errors.ts';
import { type Command, defineCommand } from './command.ts';
import { callSink } from './sink-client.ts';

const USAGE = `Usage: playwright-2fa mark [--url URL]

Prints the mark of this moment, for \`playwright-2fa wait … --after MARK\`. Take it before the application sends.

  --url URL   URL of the sink (PLAYWRIGHT_2FA_SINK_URL, or http://127.0.0.1:8025)
`;

/** Prints the mark of this moment at the sink. */
export const runMark: Command = defineCommand({
  name: 'mark',
  usage: USAGE,
  options: { url: { type: 'string' } },
  async run({ values: { url } }) {
    const { body } = await callSink({ url, path: '/api/mark' });
    if (typeof body['mark'] !== 'string')
      throw new TwoFactorError(
        'SOURCE_REFUSED',
        'The sink sent no mark: it is of an earlier version of playwright-2fa.',
      );
    process.stdout.write(`${body['mark']}\n`);
  },
});
