/** Starts the better-auth host of the tests for benchmarks. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../../tests/apps/better-auth/server.mjs', import.meta.url));

/**
 * @param {{ smtpPort: number, smsUrl: string, personas: Record<string, { email: string, password: string, totp?: string }> }} options
 */
export async function betterAuth({ smtpPort, smsUrl, personas }) {
  const users = Object.values(personas).map(({ totp, ...user }) => ({
    ...user,
    ...(totp ? { totpSecret: totp } : {}),
  }));
  const env = {
    ...process.env,
    PORT: '0',
    SMTP_PORT: `${smtpPort}`,
    SMS_URL: smsUrl,
    SEED_USERS: JSON.stringify(users),
  };
  const child = spawn(process.execPath, [SERVER], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill('SIGKILL'));
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /ready url=(\S+)/.exec(line) ?? [];
    if (url) return { url, stop: () => (child.kill(), once(child, 'exit')) };
  }
  throw new Error('better-auth did not start.');
}
