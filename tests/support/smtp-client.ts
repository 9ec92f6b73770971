import { type Socket, connect } from 'node:net';
import { createInterface } from 'node:readline';

/** A mail client that does word for word what a test tells it to. */
export class SmtpClient {
  readonly socket: Socket;
  readonly #lines: AsyncIterator<string>;

  private constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('error', () => undefined); // seen as the end of the lines
    const lines = createInterface({ input: this.socket });
    this.socket.on('close', () => lines.close());
    this.#lines = lines[Symbol.asyncIterator]();
  }

  /** Connects and reads the greeting. */
  static async connect(port: number): Promise<SmtpClient> {
    const client = new SmtpClient(port);
    await client.reply();
    return client;
  }

  /** The next reply, all its lines. */
  async reply(): Promise<string> {
    for (let text = ''; ;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`The server hung up after "${text}".`);
      text += `${value}\n`;
      if (/^\d{3} /.test(value)) return text.trimEnd();
    }
  }

  async command(line: string): Promise<string> {
    this.socket.write(`${line}\r\n`);
    return await this.reply();
  }

  /** Goes as far as the server's leave to send the mail itself. */
  async startMail(to: string, from = 'no-reply@acme.example'): Promise<void> {
    for (const line of ['EHLO test', `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA']) {
      const reply = await this.command(line);
      if (!/^[23]/.test(reply)) throw new Error(`${line}: ${reply}`);
    }
  }

  /** Sends a mail byte for byte and gives the reply. It must end with a line break. */
  async sendRaw(to: string, raw: Buffer): Promise<string> {
    await this.startMail(to);
    this.socket.write(stuffDots(raw));
    return await this.command('.');
  }

  close(): void {
    this.socket.destroy();
  }
}

/** A line that begins with a dot gets a second one on the wire, RFC 5321 section 4.5.2. */
function stuffDots(raw: Buffer): Buffer {
  return Buffer.from(raw.toString('latin1').replace(/(^|\n)\./g, '$1..'), 'latin1');
}

/** Delivers a mail byte for byte, over a connection of its own. */
export async function deliverBySmtp(port: number, to: string, raw: string): Promise<void> {
  const client = await SmtpClient.connect(port);
  try {
    const reply = await client.sendRaw(to, Buffer.from(raw));
    if (!reply.startsWith('250')) throw new Error(reply);
  } finally {
    client.close();
  }
}
