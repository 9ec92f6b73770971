// @ts-check
// npm test: installs missing parts, then runs the tests. Arguments are passed to Playwright: npm test -- --project=unit
import { playwright, setUp } from './setup.mjs';

process.exitCode = playwright(process.argv.slice(2), await setUp());
