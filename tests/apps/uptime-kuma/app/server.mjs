// @ts-check
// Uptime Kuma's own server in this process, on a database of its own that is gone with it.
// Environment: PORT, SEED_USERS (JSON: the one user's username, password, totp; without one, it asks to be set up).
// What it answered to sign-ins is told at an address of its own, as JSON: accepted, refused.
import http from 'node:http';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'libsql';
import { sqlite3 } from './sqlite3.mjs';

const root = dirname(createRequire(import.meta.url).resolve('uptime-kuma/package.json'));
const require = createRequire(join(root, 'server', 'server.js'));
const [user] = JSON.parse(process.env.SEED_USERS ?? '[]');
const folder = mkdtempSync(join(tmpdir(), 'uptime-kuma-'));

for (const signal of ['SIGTERM', 'SIGINT']) {
  // Its own way to end waits for seconds, for monitors that are not there.
  process.prependOnceListener(signal, () => process.exit(0));
}
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

repairPackage();
makeDatabase();
putSqliteInPlace();
process.chdir(root); // It looks for its files from here.
process.argv.push(`--data-dir=${folder}/`, '--host=127.0.0.1', `--port=${process.env.PORT ?? 0}`);
require('./server.js');

const { UptimeKumaServer } = require('./uptime-kuma-server.js');
const { httpServer, io } = UptimeKumaServer.getInstance();
const answers = { accepted: 0, refused: 0 };
io.on('connection', (socket) => socket.use(countAnswer));
const stats = http.createServer((_, res) => void res.end(JSON.stringify(answers)));
httpServer.once('listening', async () => {
  await turnOnTwoFactor();
  stats.listen(0, '127.0.0.1', () => {
    const [site, told] = [httpServer, stats].map((server) => `http://127.0.0.1:${server.address().port}`);
    console.log(`uptime-kuma ready url=${site} stats=${told}`);
  });
});

/** A password alone is answered by asking for a code, which is neither. @param {any[]} packet @param {() => void} next */
function countAnswer(packet, next) {
  const [event, , answer] = packet;
  if (event === 'login' && typeof answer === 'function')
    packet[2] = (/** @type {{ ok?: boolean, tokenRequired?: boolean }} */ said) => {
      if (!said.tokenRequired) answers[said.ok ? 'accepted' : 'refused']++;
      answer(said);
    };
  next();
}

/** In this publication some steps of the database lie one folder above the one where the server looks for them. */
function repairPackage() {
  const db = join(root, 'db');
  for (const name of readdirSync(db).filter((file) => /^patch-.*\.sql$/.test(file))) {
    copyFileSync(join(db, name), join(db, 'old_migrations', name));
  }
}

/** With its first user, so that it does not ask to be set up, and without asking the world for a newer version. */
function makeDatabase() {
  mkdirSync(join(folder, 'upload'));
  writeFileSync(join(folder, 'db-config.json'), JSON.stringify({ type: 'sqlite' }));
  copyFileSync(join(root, 'db', 'kuma.db'), join(folder, 'kuma.db'));
  const database = new Database(join(folder, 'kuma.db'));
  if (user) {
    const password = require('./password-hash.js').generate(user.password);
    database.prepare('INSERT INTO user (username, password, active) VALUES (?, ?, 1)').run(user.username, password);
  }
  database.prepare("INSERT INTO setting (key, value) VALUES ('checkUpdate', 'false')").run();
  database.close();
}

function putSqliteInPlace() {
  const path = require.resolve('@louislam/sqlite3');
  const module = new (require('node:module'))(path);
  module.exports = sqlite3;
  module.loaded = true;
  require.cache[path] = module;
}

/** Once the server has added the columns. It keeps the seed as text, before Base32. */
async function turnOnTwoFactor() {
  if (!user) return;
  const { R } = require('redbean-node');
  const seed = require('thirty-two').decode(new URL(user.totp).searchParams.get('secret')).toString();
  await R.exec('UPDATE user SET twofa_status = 1, twofa_secret = ? WHERE username = ?', [seed, user.username]);
}
