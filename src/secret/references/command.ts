import { type ExecFileException, execFile } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { childEnvironment } from '../../core/child-environment.ts';
import { TwoFactorError } from '../../core/errors.ts';
import { registerSecret } from '../secret.ts';

/** A program that prints a value. Its arguments hold no secret, because other users of the machine see them. */
export interface SecretCommand {
  /** Name in errors, without what it is asked for. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** Variables that the program needs beside the folders, the language and the terminal. @default none */
  readonly variables?: RegExp;
  /** Text for its standard input. @default none */
  readonly input?: string | undefined;
  /** Advice if the program is missing. */
  readonly install: string;
  /** Advice if the program fails. */
  readonly advice: string;
}

/** Surroundings of a command. */
export interface CommandPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** Time limit, in milliseconds. */
  readonly timeout: number;
}

/** Maximum length of a value, in bytes. */
export const MAX_VALUE: number = 64 * 1024;
const MAX_STDERR = 300;
/** Variables that programs need to reach a server. */
const NETWORK = /^(?:https?_proxy|all_proxy|no_proxy|ssl_cert_(?:file|dir))$/i;
/** Names of variables that hold secrets. */
const SECRET_NAME = /TOKEN|SESSION|PASSWORD|SECRET|KEY/i;

/**
 * Runs a program without a shell, and returns its output without the final line break.
 *
 * @throws TwoFactorError `REFERENCE_UNRESOLVED` with what was seen, without the value
 */
export async function runCommand(command: SecretCommand, { env, folder, timeout }: CommandPlace): Promise<string> {
  const { program, args, variables, input } = command;
  const names = Object.keys(env).filter((name) => NETWORK.test(name) || variables?.test(name));
  const given = names.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []));
  for (const [name, value] of given) if (SECRET_NAME.test(name)) registerSecret(`environment/${name}`, value);
  const secrets = [...given.map(([, value]) => value), ...(input === undefined ? [] : [input])];
  return await new Promise((resolve, reject) => {
    const options = { env: childEnvironment(env, names), cwd: folder, timeout, maxBuffer: MAX_VALUE };
    const child = execFile(program, args, { ...options, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      const said = quote(stderr, [...secrets, ...stdout.split(/\r?\n/)]);
      if (error) reject(unresolved(`${failureOf(command, error, timeout)}${said}. ${adviceFor(command, error)}`));
      else if (stdout.trim() === '')
        reject(unresolved(`\`${command.name}\` printed nothing${said}. ${command.advice}`));
      else resolve(withoutLineBreak(stdout));
    });
    child.stdin?.on('error', () => undefined); // It may end without reading.
    child.stdin?.end(input === undefined ? '' : `${input}\n`);
  });
}

/** Returns the error for a reference that has no value. @param text what was seen and what to do, without a value */
export function unresolved(text: string): TwoFactorError {
  return new TwoFactorError('REFERENCE_UNRESOLVED', text);
}

/** Removes the line break that programs and editors put at the end. */
export function withoutLineBreak(text: string): string {
  return text.replace(/\r?\n$/, '');
}

function failureOf(command: SecretCommand, error: ExecFileException, timeout: number): string {
  const name = `\`${command.name}\``;
  if (isMissing(error)) return `the program \`${command.program}\` was not found`;
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `${name} printed more than ${MAX_VALUE / 1024} KiB`;
  if (error.killed) return `${name} did not end within ${timeout / 1000} s`;
  if (typeof error.code === 'number') return `${name} ended with exit code ${error.code}`;
  return `${name} failed with ${error.code ?? error.signal ?? 'an unknown error'}`;
}

function adviceFor({ install, advice }: SecretCommand, error: ExecFileException): string {
  return isMissing(error) ? install : advice;
}

function isMissing({ code }: ExecFileException): boolean {
  return String(code) === 'ENOENT';
}

/** Quotes the beginning of an error output without the secrets in it. */
function quote(stderr: string, secrets: readonly string[]): string {
  const known = secrets.map((secret) => secret.trim()).filter((secret) => secret.length >= 4);
  const longestFirst = known.toSorted((a, b) => b.length - a.length);
  const cleared = longestFirst.reduce((text, secret) => text.replaceAll(secret, '[secret]'), stderr);
  const text = stripVTControlCharacters(cleared).replace(/\s+/g, ' ').trim();
  if (text === '') return '';
  return `, with "${text.length > MAX_STDERR ? `${text.slice(0, MAX_STDERR)}…` : text}"`;
}
