// @ts-check
// cognito-local in a folder of its own, with one pool that verifies addresses and one that verifies numbers.
// Environment: none. The port is any free one.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'playwright-2fa-cognito-'));
mkdirSync(join(folder, '.cognito'));
writeFileSync(join(folder, '.cognito', 'config.json'), '{ "ServerConfig": { "hostname": "127.0.0.1", "port": 0 } }');

const start = createRequire(import.meta.url).resolve('cognito-local/lib/bin/start.js');
const emulator = spawn(process.execPath, [start], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
process.once('exit', () => {
  emulator.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit());

const url = await new Promise((done, failed) => {
  let output = '';
  emulator.stdout.on('data', (/** @type {Buffer} */ chunk) => {
    output += chunk;
    const [, origin] = /running on (http:\/\/[\d.]+:\d+)/.exec(output) ?? [];
    if (origin) done(origin);
  });
  emulator.once('exit', () => failed(new Error(`cognito-local ended: ${output}`)));
});

/**
 * @param {string} operation
 * @param {object} input
 */
async function call(operation, input) {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
  };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(input) });
  if (!response.ok) throw new Error(`${operation}: ${await response.text()}`);
  return await response.json();
}

/** @param {string} verified @returns {Promise<string>} the id of a client of a new pool */
async function clientOf(verified) {
  const pool = { PoolName: verified, AutoVerifiedAttributes: [verified], UsernameAttributes: ['email'] };
  const { UserPool } = await call('CreateUserPool', pool);
  const { UserPoolClient } = await call('CreateUserPoolClient', { UserPoolId: UserPool.Id, ClientName: verified });
  return UserPoolClient.ClientId;
}

const [mail, phone] = [await clientOf('email'), await clientOf('phone_number')];
console.log(`cognito-local ready url=${url} folder=${join(folder, '.cognito')} mail=${mail} phone=${phone}`);
