// @ts-check
// phpMyAdmin from the packages of Debian in PHP's own web server, with a MariaDB of its own that is gone with it.
// Environment: PORT, SEED_USERS (JSON: username, password, passkeys). A user without a passkey confirms with a button.
import { execFileSync, spawn } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { coseKey } from '../../attestation.mjs';
import { freePort } from '../../free-port.mjs';

/** @typedef {import('../users.ts').PhpMyAdminUser} User */

const PACKAGE = '/usr/share/phpmyadmin';
const START_TIMEOUT = 30_000;
const folder = mkdtempSync(join(tmpdir(), 'phpmyadmin-'));
const [site, data, socket] = ['site', 'data', 'socket'].map((name) => join(folder, name));
const asRoot = process.getuid?.() === 0 ? ['--user=root'] : [];
/** @type {import('node:child_process').ChildProcess[]} */
const programs = [];

process.once('exit', () => {
  for (const program of programs) program.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0));

await startDatabase();
seed(JSON.parse(process.env.SEED_USERS ?? '[]'));
copySite();
const origin = await startSite();
console.log(`phpmyadmin ready url=${origin}`);

async function startDatabase() {
  const options = ['--no-defaults', `--datadir=${data}`, ...asRoot];
  const install = [...options, '--skip-test-db', '--auth-root-authentication-method=normal'];
  execFileSync('mariadb-install-db', install, { stdio: 'ignore' });
  const small = ['--skip-log-bin', '--innodb-buffer-pool-size=16M', '--performance-schema=OFF'];
  run('/usr/sbin/mariadbd', [...options, `--socket=${socket}`, '--skip-networking', ...small], {});
  await until('MariaDB', () => sql('select 1'));
}

/** @param {string} statements */
function sql(statements) {
  execFileSync('mariadb', ['--no-defaults', `--socket=${socket}`, '--user=root'], { input: statements, stdio: 'pipe' });
}

/** @param {User[]} users */
function seed(users) {
  sql(readFileSync(join(PACKAGE, 'sql', 'create_tables.sql'), 'utf8'));
  sql(
    "create user pma@localhost identified by 'pma'; grant all on phpmyadmin.* to pma@localhost; create database shop;",
  );
  for (const { username, password, passkeys = [] } of users) {
    const settings = { '2fa': passkeys.length > 0 ? webAuthn(passkeys) : { backend: 'simple', settings: [] } };
    const text = JSON.stringify(settings).replaceAll('\\', '\\\\').replaceAll("'", "''");
    sql(`create user '${username}'@localhost identified by '${password}';
      grant all on shop.* to '${username}'@localhost;
      insert into phpmyadmin.pma__userconfig (username, timevalue, config_data) values ('${username}', now(), '${text}');`);
  }
}

/** Returns a user's passkeys as phpMyAdmin keeps them. @param {NonNullable<User['passkeys']>} passkeys */
function webAuthn(passkeys) {
  const credentials = passkeys.map(({ id, userHandle, publicKey }) => [
    Buffer.from(id, 'base64url').toString('base64'),
    {
      ...{ publicKeyCredentialId: id, type: 'public-key', transports: [], attestationType: 'none' },
      ...{ aaguid: '00000000-0000-0000-0000-000000000000', counter: 0, userHandle },
      credentialPublicKey: coseKey(publicKey).toString('base64url'),
    },
  ]);
  const [{ userHandle } = { userHandle: '' }] = passkeys;
  return { backend: 'WebAuthn', settings: { userHandle, credentials: Object.fromEntries(credentials) } };
}

/** Links the files of the package into a folder, in which the configuration is another. */
function copySite() {
  linkAll(PACKAGE, site, ['index.php', 'libraries']);
  linkAll(join(PACKAGE, 'libraries'), join(site, 'libraries'), ['vendor_config.php']);
  // PHP looks for the other files beside this one, wherever it is.
  copyFileSync(join(PACKAGE, 'index.php'), join(site, 'index.php'));
  const vendor = join('libraries', 'vendor_config.php');
  const config = join(folder, 'config.php');
  writeFileSync(
    join(site, vendor),
    readFileSync(join(PACKAGE, vendor), 'utf8').replace('/etc/phpmyadmin/config.inc.php', config),
  );
  const server = {
    ...{ auth_type: 'cookie', host: 'localhost', socket, AllowNoPassword: false },
    ...{ controluser: 'pma', controlpass: 'pma', pmadb: 'phpmyadmin', userconfig: 'pma__userconfig' },
  };
  const text = JSON.stringify({
    ...{ Servers: { 1: server }, blowfish_secret: 'thirty-two-bytes-for-the-cookies', TempDir: join(folder, 'temp') },
    ...{ DBG: { simple2fa: true }, VersionCheck: false },
  });
  writeFileSync(config, `<?php $cfg = array_replace_recursive($cfg ?? [], json_decode('${text}', true));\n`);
}

/** @param {string} from @param {string} to @param {string[]} except */
function linkAll(from, to, except) {
  mkdirSync(to);
  for (const name of readdirSync(from)) if (!except.includes(name)) symlinkSync(join(from, name), join(to, name));
}

/** @returns {Promise<string>} its address */
async function startSite() {
  for (const name of ['temp', 'sessions']) mkdirSync(join(folder, name));
  const address = `localhost:${Number(process.env.PORT ?? 0) || (await freePort())}`;
  const args = ['-d', `session.save_path=${join(folder, 'sessions')}`, '-S', address, '-t', site];
  run('php', args, { PHP_CLI_SERVER_WORKERS: '2' });
  const url = `http://${address}`;
  await until('phpMyAdmin', async () => {
    const { status } = await fetch(`${url}/index.php`);
    if (status >= 400) throw new Error(`HTTP ${status}`);
  });
  return url;
}

/** @param {string} program @param {string[]} args @param {Record<string, string>} env */
function run(program, args, env) {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...env } });
  let output = '';
  child.stderr.on('data', (chunk) => (output = `${output}${chunk}`.slice(-2000)));
  child.once('exit', (status) => {
    console.error(`${program} ended with ${status}. ${output}`);
    process.exit(1);
  });
  programs.push(child);
}

/** @param {string} what @param {() => unknown} attempt */
async function until(what, attempt) {
  const deadline = Date.now() + START_TIMEOUT;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`${what} does not respond`, { cause: error });
      await sleep(100);
    }
  }
}
