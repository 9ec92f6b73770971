import { type Socket, connect } from 'node:net';
import { createInterface } from 'node:readline';

/** An SMTP client that sends exactly the commands of a test. */
export class SmtpClient {
  readonly socket: Socket;
  readonly #lines: AsyncIterator<string>;

  private constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('error', () => undefined); // observed as the end of the lines
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

  /** Reads the next reply, with all its lines. */
  async reply(): Promise<string> {
    for (let text = ''; ;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`The server closed the connection after "${text}".`);
      text += `${value}\n`;
      if (/^\d{3} /.test(value)) return text.trimEnd();
    }
  }

  async command(line: string): Promise<string> {
    this.socket.write(`${line}\r\n`);
    return await this.reply();
  }

  /** Sends the commands up to DATA. */
  async startMail(to: string, from = 'no-reply@acme.example'): Promise<void> {
    for (const line of ['EHLO test', `MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, 'DATA']) {
      const reply = await this.command(line);
      if (!/^[23]/.test(reply)) throw new Error(`${line}: ${reply}`);
    }
  }

  /** Sends a mail byte for byte and returns the reply. The mail must end with a line break. */
  async sendRaw(to: string, raw: Buffer): Promise<string> {
    await this.startMail(to);
    this.socket.write(stuffDots(raw));
    return await this.command('.');
  }

  close(): void {
    this.socket.destroy();
  }
}

/** Doubles leading dots, as RFC 5321 section 4.5.2 requires. */
function stuffDots(raw: Buffer): Buffer {
  return Buffer.from(raw.toString('latin1').replace(/(^|\n)\./g, '$1..'), 'latin1');
}

/** Delivers a mail byte for byte over a new connection. */
export async function deliverBySmtp(port: number, to: string, raw: string): Promise<void> {
  const client = await SmtpClient.connect(port);
  try {
    const reply = await client.sendRaw(to, Buffer.from(raw));
    if (!reply.startsWith('250')) throw new Error(reply);
  } finally {
    client.close();
  }
}
