import { plainRuntime } from '../core/runtime.ts';
import { Totp } from '../otp/totp.ts';
import { authenticatorOf } from '../persona/authenticator.ts';
import { calledProject } from './called-project.ts';
import { type Command, defineCommand } from './command.ts';

const USAGE = `Usage: playwright-2fa totp <persona> [options]

Prints a code of the persona's authenticator that nobody else gets: tests and commands share one ledger, so each period
is used once. If the current code is taken or about to expire, it waits for the next one.

  --site URL     page of the site, for a persona with several (default: the first)
  --json         print {"persona", "code"}
  --folder DIR   folder of the ledger and of the vault (.playwright-2fa)
  --ledger URL   Redis that machines share (PLAYWRIGHT_2FA_LEDGER)
  --vault DIR    folder of the vault

The persona is one of the vault, of the environment or of .env.

Exit codes: 0 success, 1 no such persona, no authenticator or no ledger, 2 wrong usage.
`;

const text = { type: 'string' } as const;

/** Prints a code of a persona's authenticator. The ledger records that it is taken. */
export const runTotp: Command = defineCommand({
  name: 'totp',
  usage: USAGE,
  options: { site: text, folder: text, ledger: text, vault: text, json: { type: 'boolean' } },
  positionals: ['<persona>'],
  async run({ values: { site, json, ...places }, positionals: [name = ''] }) {
    const project = calledProject(places);
    try {
      const credentials = await project.credentials(name, site);
      const source = await project.source();
      const runtime = { ...plainRuntime(), caller: 'command' as const };
      const totp = new Totp(name, authenticatorOf(credentials, source), runtime, undefined, () => project.ledger());
      const code = await totp.code();
      process.stdout.write(json ? `${JSON.stringify({ persona: name, code })}\n` : `${code}\n`);
    } finally {
      await project.close();
    }
  },
});
