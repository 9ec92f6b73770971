import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const HAS_POSTFIX: boolean = process.getuid?.() === 0 && spawnSync('postconf', ['mail_version']).status === 0;
export const WITHOUT_POSTFIX = 'postfix is not installed, or this is not root: apt-get install postfix';

interface PostfixOptions {
  /** Port for mail by SMTP. @default none: only local programs send mail */
  readonly smtpPort?: number;
  /** LMTP port of Dovecot, which gets the mail to `acme.test`. */
  readonly lmtpPort?: number;
  /** URL that the mail to `piped.test` is posted to. `${recipient}` and `${sender}` stand for the envelope. */
  readonly hook?: string;
}

/** A Postfix server that relays the mail of local programs to one server. */
export class PostfixServer {
  readonly #folder: string;
  readonly #process: ChildProcess;

  private constructor(folder: string, child: ChildProcess) {
    this.#folder = folder;
    this.#process = child;
  }

  static async start(relayPort: number, options: PostfixOptions = {}): Promise<PostfixServer> {
    const folder = await mkdtemp(join(tmpdir(), 'p2fa-postfix-'));
    await chmod(folder, 0o755); // its processes run as other users
    for (const name of ['queue', 'data']) await mkdir(join(folder, name));
    spawnSync('chown', ['postfix', join(folder, 'data')]);
    await writeFile(join(folder, 'main.cf'), mainConfiguration(folder, relayPort, options));
    await writeFile(join(folder, 'master.cf'), services(options));
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

function mainConfiguration(folder: string, relayPort: number, { lmtpPort, hook }: PostfixOptions): string {
  const transports = [
    ...(lmtpPort === undefined ? [] : [`{ acme.test = lmtp:inet:127.0.0.1:${lmtpPort} }`]),
    ...(hook === undefined ? [] : ['{ piped.test = hook: }']),
    '{ returned@acme.test = failing: }',
  ];
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
mynetworks = 127.0.0.0/8
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_recipient_restrictions = check_recipient_access inline:{{ gone@acme.test = 550 5.1.1 No such mailbox }}, permit_mynetworks, reject
transport_maps = inline:{${transports.join(', ')}}
`;
}

function services({ smtpPort, hook }: PostfixOptions): string {
  const listener = smtpPort === undefined ? '' : `127.0.0.1:${smtpPort} inet n - n - - smtpd\n`;
  const curl = 'curl --fail -sS --data-binary @- -H content-type:message/rfc822';
  const pipe = hook === undefined ? '' : `hook unix - n n - - pipe\n  user=nobody argv=/usr/bin/${curl} ${hook}\n`;
  return `${SERVICES}${listener}${pipe}`;
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
failing   unix       - n n -    - pipe user=nobody argv=/bin/false
smtp      unix       - - n -    - smtp
lmtp      unix       - - n -    - lmtp
relay     unix       - - n -    - smtp
error     unix       - - n -    - error
retry     unix       - - n -    - error
scache    unix       - - n -    1 scache
proxymap  unix       - - n -    - proxymap
postlog   unix-dgram n - n -    1 postlogd
`;
