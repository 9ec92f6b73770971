/**
 * Measures, for each source of messages, the time from the delivery of a message to its code, and the number of requests.
 * Mailosaur is compared with its official client at the same stand-in. Messages come at a random moment within 2 s. For
 * sources that do not push, they also come as internet mail does, after about the same time in each round.
 *
 *     npm run build && node bench/sources.mjs [--quick]
 *
 * It uses the stand-ins of the tests, so Playwright runs it. IMAP is measured with Dovecot if it is installed.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = join(dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')), 'cli.js');
const config = fileURLToPath(new URL('sources/playwright.config.ts', import.meta.url));
const env = { ...process.env, BENCH_ROUNDS: process.argv.includes('--quick') ? '8' : '40' };
process.exit(spawnSync(process.execPath, [cli, 'test', '-c', config], { stdio: 'inherit', env }).status ?? 1);
