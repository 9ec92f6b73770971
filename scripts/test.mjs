// @ts-check
// npm test: installs what is missing, then runs the tests. Arguments go to Playwright: npm test -- --project=unit
import { playwright, setUp } from './setup.mjs';

process.exitCode = playwright(process.argv.slice(2), await setUp());
