#!/usr/bin/env node
import { reasonOf } from '../errors.ts';

const USAGE = `Usage: playwright-2fa <command>

  sink    run the local server that takes a test suite's mail and SMS
  code    show which codes and links a message holds, and why
`;

const [command, ...args] = process.argv.slice(2);
try {
  if (command === 'sink') await (await import('./sink.ts')).runSink(args);
  else if (command === 'code') await (await import('./code.ts')).runCode(args);
  else {
    process.stderr.write(command && command !== '--help' ? `Unknown command "${command}".\n\n${USAGE}` : USAGE);
    process.exitCode = command === '--help' ? 0 : 2;
  }
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  process.exitCode = 1;
}
