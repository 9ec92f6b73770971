import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const HAS_POSTFIX: boolean = process.getuid?.() === 0 && spawnSync('postconf', ['mail_version']).status === 0;
export const WITHOUT_POSTFIX = 'postfix is not installed, or this is not root: apt-get install postfix';

/** A Postfix server that relays the mail of local programs to one server. */
export class PostfixServer {
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(folder: string, child: ChildProcess) {
    this.#folder = folder;
    this.#process = child;
  }

  static async start(relayPort: number): Promise<PostfixServer> {
    const folder = await mkdtemp(join(tmpdir(), 'p2fa-postfix-'));
    await chmod(folder, 0o755); // its processes run as other users
    for (const name of ['queue', 'data']) await mkdir(join(folder, name));
    spawnSync('chown', ['postfix', join(folder, 'data')]);
    await writeFile(join(folder, 'main.cf'), mainConfiguration(folder, relayPort));
    await writeFile(join(folder, 'master.cf'), SERVICES);
    // Postfix opens its log by path. That fails with the socket that Node passes as stdout, so `cat` makes it a pipe.
    const child = spawn('sh', ['-c', 'postfix -c "$0" start-fg 2>&1 | cat', folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let log = '';
    for await (const chunk of child.stdout) {
      log += String(chunk);
      if (log.includes('daemon started')) return new PostfixServer(folder, child);
    }
    throw new Error(`postfix did not start: ${log}`);
  }

  /** Sends a mail with `sendmail`, as local programs do. */
  async send(raw: string): Promise<void> {
    const child = spawn('/usr/sbin/sendmail', ['-C', this.#folder, '-t', '-i'], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    child.stdin.end(raw);
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`sendmail ended with ${code}`);
  }

  async stop(): Promise<void> {
    const exit = once(this.#process, 'exit');
    spawnSync('postfix', ['-c', this.#folder, 'stop']);
    await exit;
    await rm(this.#folder, { recursive: true, force: true });
  }
}

function mainConfiguration(folder: string, relayPort: number): string {
  return `
compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.acme.example
mydestination =
relayhost = [127.0.0.1]:${relayPort}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtp_dns_support_level = disabled
smtp_host_lookup = native
maillog_file = /dev/stdout
`;
}

/** The services that relaying needs, without a network listener. */
const SERVICES = `
pickup    unix       n - n 60   1 pickup
cleanup   unix       n - n -    0 cleanup
qmgr      unix       n - n 300  1 qmgr
rewrite   unix       - - n -    - trivial-rewrite
bounce    unix       - - n -    0 bounce
defer     unix       - - n -    0 bounce
trace     unix       - - n -    0 bounce
smtp      unix       - - n -    - smtp
relay     unix       - - n -    - smtp
error     unix       - - n -    - error
retry     unix       - - n -    - error
scache    unix       - - n -    1 scache
proxymap  unix       - - n -    - proxymap
postlog   unix-dgram n - n -    1 postlogd
`;
