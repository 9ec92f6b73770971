// @ts-check
// Glewlwyd from the packages of Debian, on a database of its own that is gone with it. Each second factor has a scope of
// its own, because the page offers every scheme of a scope, whether the user has it or not.
// Environment: PORT, SMTP_PORT (else the sink's own), SEED_USERS (JSON: username, password, email, totp, passkeys).
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'libsql';
import { attestationOf } from '../../attestation.mjs';
import { freePort } from '../../free-port.mjs';

/** @typedef {import('../users.ts').GlewlwydUser} User */
/** @typedef {{ scheme_type: string, scheme_name: string }} Scheme */

const SHARED = '/usr/share/glewlwyd/webapp';
const SCHEMA = '/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3';
const START_TIMEOUT = 20_000;
const OTP = { scheme_type: 'otp', scheme_name: 'otp' };
const MAIL = { scheme_type: 'email', scheme_name: 'mail' };
const KEY = { scheme_type: 'webauthn', scheme_name: 'key' };
/** Schemes of the second step, by scope. */
const SCOPES = { otp: [OTP], mail: [MAIL], key: [KEY], any: [OTP, MAIL, KEY] };

const folder = mkdtempSync(join(tmpdir(), 'glewlwyd-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const port = Number(process.env.PORT ?? 0) || (await freePort());
const origin = `http://localhost:${port}`;
await start();
await seed(JSON.parse(process.env.SEED_USERS ?? '[]'));
console.log(`glewlwyd ready url=${origin}`);

async function start() {
  const database = new Database(join(folder, 'glewlwyd.db'));
  database.exec(readFileSync(SCHEMA, 'utf8'));
  database.close();
  // It serves no file that is a link out of the folder.
  cpSync(SHARED, join(folder, 'webapp'), {
    recursive: true,
    dereference: true,
    filter: (path) => !path.endsWith('config.json'),
  });
  cpSync(join(realpathSync(join(SHARED, 'config.json')), 'config.json'), join(folder, 'webapp', 'config.json'));
  writeFileSync(join(folder, 'glewlwyd.conf'), configuration());
  const server = spawn('glewlwyd', [`--config-file=${join(folder, 'glewlwyd.conf')}`], { stdio: 'inherit' });
  server.once('exit', (status) => process.exit(status ?? 1));
  process.once('exit', () => server.kill('SIGKILL'));
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0));
  const deadline = Date.now() + START_TIMEOUT;
  while (!(await fetch(`${origin}/config`).catch(() => undefined))) {
    if (Date.now() > deadline) throw new Error(`glewlwyd does not respond on ${origin}`);
    await sleep(50);
  }
}

/** Returns Debian's own configuration, with the paths and addresses of this server. */
function configuration() {
  const own = [
    `port=${port}`,
    `external_url="${origin}"`,
    'log_mode="console"',
    'log_level="ERROR"',
    'bind_address="127.0.0.1"',
    `static_files_path="${join(folder, 'webapp')}/"`,
    `database = { type = "sqlite3" path = "${join(folder, 'glewlwyd.db')}" };`,
  ];
  const names = own.map((line) => line.replace(/\s*=.*/, ''));
  const others = readFileSync('/etc/glewlwyd/glewlwyd.conf', 'utf8')
    .split('\n')
    .filter((line) => !/^\s*(?:#|@include|log_file)/.test(line) && !names.some((name) => line.startsWith(`${name}=`)));
  return [...others, ...own, ''].join('\n');
}

/** Returns a client of the API with cookies of its own. */
function client() {
  let cookie = '';
  /** @param {string} method @param {string} path @param {object} body @returns {Promise<any>} */
  return async (method, path, body) => {
    const headers = { 'content-type': 'application/json', cookie };
    const response = await fetch(`${origin}/api${path}`, { method, headers, body: JSON.stringify(body) });
    cookie =
      response.headers
        .getSetCookie()
        .map((one) => one.split(';')[0])
        .join('; ') || cookie;
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: HTTP ${response.status} ${text}`);
    return text.startsWith('{') ? JSON.parse(text) : undefined;
  };
}

/** @param {User[]} users */
async function seed(users) {
  const admin = client();
  await admin('POST', '/auth/', { username: 'admin', password: 'password' });
  for (const [{ scheme_type, scheme_name }, label, parameters] of schemes()) {
    await admin('POST', '/mod/scheme/', {
      ...{ module: scheme_type, name: scheme_name, display_name: label, parameters },
      ...{ expiration: 600, max_use: 0, allow_user_register: true },
      ...{ forbid_user_profile: false, forbid_user_reset_credential: false },
    });
  }
  for (const [name, scheme] of Object.entries(SCOPES)) {
    const step = { password_required: true, password_max_age: 600, scheme_required: { 2: 1 }, scheme: { 2: scheme } };
    await admin('POST', '/scope/', { name, display_name: name, description: name, ...step });
  }
  for (const user of users) {
    const { username, password, email } = user;
    await admin('POST', '/user/', {
      ...{ username, password, name: username, enabled: true, scope: ['g_profile', ...Object.keys(SCOPES)] },
      ...(email ? { email } : {}),
    });
    await enroll(user);
  }
}

/** Returns the schemes of the site, with their labels and parameters. @returns {[Scheme, string, object][]} */
function schemes() {
  const code = { 'code-length': 6, 'code-duration': 600 };
  const server = {
    host: '127.0.0.1',
    port: Number(process.env.SMTP_PORT ?? process.env.PLAYWRIGHT_2FA_SMTP_PORT ?? 1025),
    ...{ 'use-tls': false, 'check-certificate': false, from: 'login@glewlwyd.example' },
  };
  const mail = { defaultLang: true, subject: 'Authentication code', 'body-pattern': 'The code is {CODE}\n' };
  const text = { 'content-type': 'text/plain; charset=utf-8', 'user-lang-property': 'lang', templates: { en: mail } };
  const formats = ['packed', 'tpm', 'android-key', 'android-safetynet', 'fido-u2f', 'apple', 'none'];
  return [
    [
      OTP,
      'Authenticator app',
      {
        ...{ issuer: 'Glewlwyd', 'secret-minimum-size': 16, 'otp-length': 6 },
        ...{ 'hotp-allow': true, 'hotp-window': 2, 'totp-allow': true, 'totp-window': 1 },
      },
    ],
    [MAIL, 'Code by e-mail', { ...code, ...server, ...text }],
    [
      KEY,
      'Security key',
      {
        ...{ 'session-mandatory': true, seed: '', 'challenge-length': 64, 'rp-origin': origin },
        ...{ 'credential-expiration': 120, 'credential-assertion': 120, ctsProfileMatch: -1, basicIntegrity: -1 },
        ...{ 'google-root-ca-r2': '', 'apple-root-ca': '', 'root-ca-list': [], 'force-fmt-none': true },
        ...{ fmt: Object.fromEntries(formats.map((name) => [name, true])), 'pubKey-cred-params': [-7] },
      },
    ],
  ];
}

/** Enrolls the factors of a user through the API of the profile page. @param {User} user */
async function enroll({ username, password, totp, passkeys = [] }) {
  const api = client();
  await api('POST', '/auth/', { username, password });
  /** @param {Scheme} scheme @param {object} value */
  const register = (scheme, value) => api('POST', '/profile/scheme/register/', { username, ...scheme, value });
  if (totp !== undefined) {
    const secret = new URL(totp).searchParams.get('secret');
    await register(OTP, { type: 'TOTP', secret, time_step_size: 30 });
  }
  for (const passkey of passkeys) {
    const { session, challenge } = await register(KEY, { register: 'new-credential' });
    const credential = attestationOf(passkey, Buffer.from(challenge, 'base64').toString('base64url'), origin);
    await register(KEY, { register: 'register-credential', session, type: 'public-key', credential });
  }
}
