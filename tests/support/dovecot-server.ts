import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import type { Certificate } from './certificate.ts';
import { freePort } from './redis-server.ts';
import { SmtpClient } from './smtp-client.ts';

export const HAS_DOVECOT: boolean =
  process.getuid?.() === 0 && spawnSync('dovecot', ['--version']).status === 0 && hasLmtp();
export const WITHOUT_DOVECOT =
  'dovecot with IMAP and LMTP is not installed, or this is not root: apt-get install dovecot-imapd dovecot-lmtpd';

export const DOVECOT_USER = 'qa@acme.test';
export const DOVECOT_PASSWORD = 'Mailbox-4711';

function hasLmtp(): boolean {
  return spawnSync('sh', ['-c', 'test -x /usr/lib/dovecot/lmtp && test -x /usr/lib/dovecot/imap']).status === 0;
}

/** Debian's Dovecot on free ports of the loopback interface, with one mailbox for all addresses `qa+anything`. */
export class DovecotServer {
  readonly port: number;
  /** Port with implicit TLS, or 0 without a certificate. */
  readonly securePort: number;
  readonly lmtpPort: number;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(folder: string, port: number, securePort: number, lmtpPort: number) {
    this.#folder = folder;
    this.port = port;
    this.securePort = securePort;
    this.lmtpPort = lmtpPort;
  }

  /** @param certificate if given, clients cannot sign in without TLS */
  static async start(certificate?: Certificate): Promise<DovecotServer> {
    const folder = await mkdtemp(join(tmpdir(), 'p2fa-dovecot-'));
    const securePort = certificate ? await freePort() : 0;
    const server = new DovecotServer(folder, await freePort(), securePort, await freePort());
    if (certificate)
      for (const part of ['key', 'cert'] as const) await writeFile(join(folder, `${part}.pem`), certificate[part]);
    await chmod(folder, 0o755); // its processes run as other users
    await mkdir(join(folder, 'mail'));
    await writeFile(join(folder, 'users'), `${DOVECOT_USER}:{PLAIN}${DOVECOT_PASSWORD}\n`);
    await writeFile(join(folder, 'dovecot.conf'), server.#configuration());
    spawnSync('chown', ['-R', '65534:65534', join(folder, 'mail')]);
    await server.run();
    return server;
  }

  /** Starts the server, and waits for its greeting. */
  async run(): Promise<void> {
    const child = spawn('dovecot', ['-F', '-c', join(this.#folder, 'dovecot.conf')], { stdio: 'ignore' });
    this.#process = child;
    for (let tries = 0; !(await this.#greets()); tries++) {
      if (tries > 200 || child.exitCode !== null)
        throw new Error(`dovecot did not start: ${await readFile(join(this.#folder, 'log'), 'utf8').catch(() => '')}`);
      await after(50);
    }
  }

  /** Delivers a mail by LMTP (RFC 2033), as a mail server does. */
  async deliver(to: string, raw: string): Promise<void> {
    const client = await SmtpClient.connect(this.lmtpPort);
    try {
      for (const line of ['LHLO test', 'MAIL FROM:<bounce@acme.example>', `RCPT TO:<${to}>`, 'DATA'])
        if (!/^[23]/.test(await client.command(line))) throw new Error(`${line} was refused`);
      client.socket.write(raw.replace(/(^|\n)\./g, '$1..'));
      const reply = await client.command('.');
      if (!reply.startsWith('250')) throw new Error(reply);
    } finally {
      client.close();
    }
  }

  /** Saves a mail in a folder. */
  save(folder: string, raw: string): void {
    const args = ['-c', join(this.#folder, 'dovecot.conf'), 'save', '-u', DOVECOT_USER, '-m', folder];
    const done = spawnSync('doveadm', args, { input: raw, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`doveadm save: ${done.stderr}`);
  }

  /** Runs `doveadm`, and returns its output. */
  admin(...args: string[]): string {
    const done = spawnSync('doveadm', ['-c', join(this.#folder, 'dovecot.conf'), ...args], { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`doveadm ${args.join(' ')}: ${done.stderr}`);
    return done.stdout;
  }

  /** Changes the password, and waits until the old one is rejected. Dovecot reads the file once per second. */
  async setPassword(password: string): Promise<void> {
    await writeFile(join(this.#folder, 'users'), `${DOVECOT_USER}:{PLAIN}${password}\n`);
    const test = ['auth', 'test', DOVECOT_USER, DOVECOT_PASSWORD];
    while (spawnSync('doveadm', ['-c', join(this.#folder, 'dovecot.conf'), ...test]).status === 0) await after(100);
  }

  async halt(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
  }

  async stop(): Promise<void> {
    await this.halt();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #greets(): Promise<boolean> {
    const socket = connect(this.port, '127.0.0.1');
    try {
      const [data] = (await once(socket, 'data')) as [Buffer];
      return data.toString().startsWith('* OK');
    } catch {
      return false;
    } finally {
      socket.destroy();
    }
  }

  #configuration(): string {
    const folder = this.#folder;
    return `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
instance_name = playwright-2fa-${this.port}
protocols = imap lmtp
listen = 127.0.0.1
${this.securePort ? `ssl = required\nssl_cert = <${folder}/cert.pem\nssl_key = <${folder}/key.pem` : 'ssl = no'}
disable_plaintext_auth = ${this.securePort ? 'yes' : 'no'}
auth_mechanisms = plain login xoauth2 oauthbearer
default_internal_user = dovecot
default_login_user = dovenull
mail_location = maildir:${folder}/mail/%u
mail_uid = 65534
mail_gid = 65534
first_valid_uid = 1000
mail_max_userip_connections = 100
recipient_delimiter = +
lmtp_save_to_detail_mailbox = no
lda_original_recipient_header = X-Original-To
namespace inbox {
  inbox = yes
  mailbox Junk {
    auto = subscribe
    special_use = \\Junk
  }
}
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = static
  args = uid=65534 gid=65534 home=${folder}/mail/%u allow_all_users=yes
}
service imap-login {
  inet_listener imap {
    port = ${this.port}
  }
  inet_listener imaps {
    port = ${this.securePort}
    ssl = yes
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${this.lmtpPort}
  }
}
`;
  }
}
