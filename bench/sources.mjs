/**
 * Measures how long after its delivery a code is there, for each source of messages, and how often the source is asked;
 * beside the official client of Mailosaur at a stand-in of the same kind. Messages come at any moment within 2 s, and, where
 * the source does not push, also as mail over the internet does: after about as long each time.
 *
 *     npm run build && node bench/sources.mjs [--quick]
 *
 * The stand-ins are those of the tests, so Playwright runs it. IMAP is Debian's Dovecot, where it is installed.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = join(dirname(createRequire(import.meta.url).resolve('@playwright/test/package.json')), 'cli.js');
const config = fileURLToPath(new URL('sources/playwright.config.ts', import.meta.url));
const env = { ...process.env, BENCH_ROUNDS: process.argv.includes('--quick') ? '8' : '40' };
process.exit(spawnSync(process.execPath, [cli, 'test', '-c', config], { stdio: 'inherit', env }).status ?? 1);
