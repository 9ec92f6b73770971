// @ts-check
// npm start: installs missing parts, then runs examples/: sign-up and sign-in at a real auth server with each factor.
// Arguments are passed to Playwright: npm start -- --headed
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, playwright, setUp } from './setup.mjs';

const env = await setUp();
// The site deletes its users at the end of a run, so their saved sessions and claimed TOTP codes are void.
rmSync(join(ROOT, 'examples', '.playwright-2fa'), { recursive: true, force: true });
console.log('\nSigning up and in at a real auth server (better-auth):\n');
process.exitCode = playwright(['--config=examples', ...process.argv.slice(2)], env);
