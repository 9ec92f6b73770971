import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

type Deliver = (to: string, raw: string) => Promise<void>;

/** An SMTP server that delivers each mail to a mailbox, once for each recipient. */
export class SmtpDoor {
  readonly #server: SMTPServer;

  private constructor(deliver: Deliver) {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      disableReverseLookup: true,
      onData: (stream, { envelope }, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const raw = Buffer.concat(chunks).toString();
          void (async () => {
            for (const { address } of envelope.rcptTo) await deliver(address, raw);
            done();
          })();
        });
      },
    });
    this.#server.on('error', () => undefined); // clients may disconnect at any time
  }

  static async open(deliver: Deliver): Promise<SmtpDoor> {
    const door = new SmtpDoor(deliver);
    door.#server.listen(0, '127.0.0.1');
    await once(door.#server.server, 'listening');
    return door;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => this.#server.close(done));
  }
}
