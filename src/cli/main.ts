#!/usr/bin/env node
import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { UsageError } from './usage-error.ts';

const USAGE = `Usage: playwright-2fa <command>

  sink    run the local server that takes a test suite's mail and SMS
  code    show which codes and links a message holds, and why
  doctor  check what a configuration needs: sources, clocks, ledger, vault, browser
  account show and lift what stops a persona after a refusal
  scan    look for secrets in reports, traces and other artifacts
  profile sign in by hand, once, and look at saved sessions
  vault   keep the secrets of personas, encrypted, in a folder that can be committed
`;

const [command, ...args] = process.argv.slice(2);
try {
  if (command === 'sink') await (await import('./sink.ts')).runSink(args);
  else if (command === 'code') await (await import('./code.ts')).runCode(args);
  else if (command === 'doctor') await (await import('./doctor.ts')).runDoctor(args);
  else if (command === 'account') await (await import('./account.ts')).runAccount(args);
  else if (command === 'scan') await (await import('./scan.ts')).runScan(args);
  else if (command === 'profile') await (await import('./profile.ts')).runProfile(args);
  else if (command === 'vault') await (await import('./vault.ts')).runVault(args);
  else {
    process.stderr.write(command && command !== '--help' ? `Unknown command "${command}".\n\n${USAGE}` : USAGE);
    process.exitCode = command === '--help' ? 0 : 2;
  }
} catch (error) {
  const isOurs = error instanceof TwoFactorError || error instanceof UsageError;
  process.stderr.write(`${isOurs ? error.message : reasonOf(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
