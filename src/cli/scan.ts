import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { TwoFactorError, reasonOf } from '../errors.ts';
import { readEnvironment } from '../persona/environment.ts';
import { KnownSecrets, MIN_LENGTH } from '../secret/known-secrets.ts';
import { type ScanResult, scan } from '../secret/scan.ts';

const USAGE = `Usage: playwright-2fa scan PATH... [options]

  Looks for secrets in reports, traces and any other files, in archives within archives, and in what is embedded in
  pages. Exit code 0: none; 1: there are some, or something could not be read; 2: wrong usage, or nothing to look for.

  PATH            files and folders, such as test-results playwright-report
  --values FILE   more values to look for, one a line; - reads them from standard input
  --json          the result as one JSON object

  It looks for the secrets of the vault (PLAYWRIGHT_2FA_KEY), of the environment and .env (PERSONA_<NAME>_PASSWORD,
  _TOTP), and of the last run.
`;
