import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { createInterface } from 'node:readline';

/** One conversation in SMTP, word by word. */
export class SmtpSession {
  readonly socket: Socket;
  readonly #lines: AsyncIterator<string>;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1' });
    this.socket.on('error', () => undefined);
    this.#lines = createInterface({ input: this.socket })[Symbol.asyncIterator]();
  }

  /** The next reply, all its lines; empty when the server hung up. */
  async reply(): Promise<string> {
    const lines: string[] = [];
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) return lines.join('\n');
      lines.push(value);
      if (/^\d{3}(?: |$)/.test(value)) return lines.join('\n');
    }
  }

  async command(line: string): Promise<string> {
    this.socket.write(`${line}\r\n`);
    return await this.reply();
  }

  /** Goes as far as the content of a mail. */
  async begin({ from = 'no-reply@acme.example', to = 'alice@persona.test', options = '' } = {}): Promise<string> {
    await this.reply();
    await this.command('EHLO test');
    await this.command(`MAIL FROM:<${from}>${options}`);
    await this.command(`RCPT TO:<${to}>`);
    return await this.command('DATA');
  }

  /** Writes and waits until there is room for more. */
  async write(bytes: Uint8Array | string): Promise<void> {
    if (!this.socket.write(bytes)) await once(this.socket, 'drain');
  }

  close(): void {
    this.socket.destroy();
  }
}
