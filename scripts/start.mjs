// @ts-check
// npm start: installs what is missing, then signs up and in at a real auth server with each factor: examples/.
// Arguments go to Playwright: npm start -- --headed
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, playwright, setUp } from './setup.mjs';

const env = await setUp();
// The site forgets its users at the end of a run, so a saved session or a claimed TOTP code of theirs is void.
rmSync(join(ROOT, 'examples', '.playwright-2fa'), { recursive: true, force: true });
console.log('\nSigning up and in at a real auth server (better-auth):\n');
process.exitCode = playwright(['--config=examples', ...process.argv.slice(2)], env);
