#!/usr/bin/env node
import { TwoFactorError, reasonOf } from '../core/errors.ts';
import { defineGroup } from './command.ts';
import { UsageError } from './usage-error.ts';

const USAGE = `Usage: playwright-2fa <command>

  sink     run the local server that receives the mail and SMS of a test suite
  wait     wait for a code, a link or a message at the sink
  mark     print the mark of this moment at the sink, for wait --after
  totp     print a code of a persona's authenticator
  fault    make the sink fail on deliveries to an address
  code     print the code and the link of a message, with the evidence
  answer   answer a request to a person
  doctor   check a configuration: sources, clocks, ledger, vault, browser
  account  show and reset the pause of a persona after a refusal
  scan     look for secrets in reports, traces and other artifacts
  profile  sign in by hand once, and manage saved sessions
  keep     keep saved sessions signed in, for scheduled jobs
  vault    keep the secrets of personas in encrypted files
  mcp      serve tools to an AI agent, which sees no secret
  init-agents  prepare a project for agents that sign in

  --help     print the usage of a command
  --version  print the version

Exit codes: 0 success, 1 a finding or a failure, 2 wrong usage.
`;

const run = defineGroup({
  name: '',
  usage: USAGE,
  commands: {
    sink: async () => (await import('./sink.ts')).runSink,
    wait: async () => (await import('./wait.ts')).runWait,
    mark: async () => (await import('./mark.ts')).runMark,
    totp: async () => (await import('./totp.ts')).runTotp,
    fault: async () => (await import('./fault.ts')).runFault,
    code: async () => (await import('./code.ts')).runCode,
    answer: async () => (await import('./answer.ts')).runAnswer,
    doctor: async () => (await import('./doctor.ts')).runDoctor,
    account: async () => (await import('./account.ts')).runAccount,
    scan: async () => (await import('./scan.ts')).runScan,
    profile: async () => (await import('./profile.ts')).runProfile,
    keep: async () => (await import('./keep.ts')).runKeep,
    vault: async () => (await import('./vault.ts')).runVault,
    mcp: async () => (await import('./mcp.ts')).runMcp,
    'init-agents': async () => (await import('./init-agents.ts')).runInitAgents,
  },
});

// The reader of a pipe may have enough: playwright-2fa doctor | head -1
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  const isOurs = error instanceof TwoFactorError || error instanceof UsageError;
  process.stderr.write(`${isOurs ? error.message : reasonOf(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
