// @ts-check
// MeshCentral, on a database of its own that is gone with it. It sends its SMS to an address here, which passes them on.
// Environment: PORT, SMTP_PORT and SMS_URL (else the sink's own), SEED_USERS (JSON: username, password, email, phone, totp,
// passkeys; all of them are enrolled).
import { spawn } from 'node:child_process';
import { createPublicKey, pbkdf2Sync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../free-port.mjs';

/** @typedef {import('../users.ts').MeshCentralUser} User */

/** The site requires second factors only on a name with a dot. Browsers resolve it to this machine. */
const HOST = 'mesh.localhost';
const program = createRequire(import.meta.url).resolve('meshcentral/meshcentral.js');
const folder = mkdtempSync(join(tmpdir(), 'meshcentral-'));
const port = Number(process.env.PORT ?? 0) || (await freePort());
const smtpPort = Number(process.env.SMTP_PORT ?? process.env.PLAYWRIGHT_2FA_SMTP_PORT ?? 1025);
const smsUrl = process.env.SMS_URL ?? process.env.PLAYWRIGHT_2FA_SINK_URL ?? 'http://127.0.0.1:8025';

process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0));
for (const name of ['data', 'files']) mkdirSync(join(folder, name));
writeFileSync(join(folder, 'data', 'config.json'), JSON.stringify(configuration(await startRelay())));
writeFileSync(join(folder, 'data', 'meshcentral.db'), records(JSON.parse(process.env.SEED_USERS ?? '[]')));
await start();
console.log(`meshcentral ready url=http://${HOST}:${port}`);

/** Starts the server that takes an SMS as a GET request. @returns {Promise<string>} its address */
async function startRelay() {
  const server = http.createServer((req, res) => {
    const { searchParams } = new URL(req.url ?? '/', 'http://localhost');
    const body = JSON.stringify({ to: `+${searchParams.get('to')}`, from: 'Mesh', body: searchParams.get('text') });
    fetch(new URL('/sms', smsUrl), { method: 'POST', headers: { 'content-type': 'application/json' }, body }).then(
      ({ status }) => res.writeHead(status).end(),
      () => res.writeHead(502).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
}

/** @param {string} relay */
function configuration(relay) {
  const passwordRequirements = { email2factor: true, sms2factor: true, otp2factor: true, push2factor: false };
  const limit = { time: 1, count: 1000 };
  return {
    settings: {
      ...{ cert: HOST, port, portBind: '127.0.0.1', aliasPort: port, redirPort: 0, mpsPort: 0, exactPorts: true },
      ...{ WANonly: true, tlsOffload: '127.0.0.1', selfUpdate: false, autoBackup: false },
      ...{ maxInvalid2fa: limit, maxInvalidLogin: limit },
    },
    domains: { '': { title: 'Mesh', newAccounts: false, twoFactorCookieDurationDays: 0, passwordRequirements } },
    smtp: { host: '127.0.0.1', port: smtpPort, from: 'login@mesh.example', tls: false, verifyEmail: false },
    sms: { provider: 'url', url: `${relay}/?to={{phone}}&text={{message}}` },
  };
}

/** Returns the database: a record a line. @param {User[]} users */
function records(users) {
  return [{ _id: 'SchemaVersion', value: 2 }, ...users.map(userRecord)]
    .map((one) => `${JSON.stringify(one)}\n`)
    .join('');
}

/** @param {User} user */
function userRecord({ username, password, email, phone, totp, passkeys = [] }) {
  const salt = randomBytes(128).toString('base64');
  return {
    ...{ _id: `user//${username}`, type: 'user', name: username, domain: '', links: {}, creation: 1_700_000_000 },
    ...{ salt, hash: pbkdf2Sync(password, salt, 12_000, 128, 'sha384').toString('base64') },
    ...(email ? { email, emailVerified: true, otpekey: {} } : {}),
    ...(phone ? { phone: phone.replace(/\D/g, '') } : {}),
    ...(totp ? { otpsecret: new URL(totp).searchParams.get('secret') } : {}),
    otphkeys: passkeys.map(({ id, publicKey }, index) => ({
      ...{ name: 'Key', type: 3, keyIndex: index, counter: 0 },
      keyId: Buffer.from(id, 'base64url').toString('base64'),
      publicKey: createPublicKey({ key: Buffer.from(publicKey, 'base64url'), format: 'der', type: 'spki' })
        .export({ format: 'pem', type: 'spki' })
        .toString(),
    })),
  };
}

async function start() {
  const paths = ['--datapath', join(folder, 'data'), '--filespath', join(folder, 'files')];
  const args = ['--disable-proto=delete', program, ...paths, '--launch', String(process.pid)];
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill('SIGKILL'));
  child.once('exit', (status) => process.exit(status ?? 1));
  for await (const line of createInterface({ input: child.stdout })) if (line.includes('server running')) break;
  child.stdout.resume();
}
