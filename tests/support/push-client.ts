import { EventEmitter, once } from 'node:events';
import { WebSocket } from 'ws';
import type { Envelope } from '../../src/message/message.ts';
import { decodeArrival } from '../../src/protocol/push.ts';

export interface PushedMessage {
  readonly envelope: Envelope;
  readonly raw: string;
}

/** A client of a sink's push stream that exposes single frames. */
export class PushClient {
  readonly socket: WebSocket;
  readonly pushed: PushedMessage[] = [];
  readonly #answers: Record<string, unknown>[] = [];
  readonly #frames = new EventEmitter();

  /** @param url of the sink, such as `http://127.0.0.1:8025` */
  constructor(url: string, query = '') {
    this.socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/stream${query}`);
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => this.#frames.emit('frame'));
    this.socket.on('message', (data: Buffer, isBinary) => {
      if (!isBinary) this.#answers.push(JSON.parse(data.toString()) as Record<string, unknown>);
      else {
        const { envelope, raw } = decodeArrival(data);
        this.pushed.push({ envelope, raw: raw.toString() });
      }
      this.#frames.emit('frame');
    });
  }

  /** Resolves with the next text frame: the greeting or a response. */
  async answer(): Promise<Record<string, unknown>> {
    await this.#until(() => this.#answers.length > 0);
    return this.#answers.shift() ?? {};
  }

  /** Sends a request and resolves with the response. Read the greeting first. */
  async ask(request: object | string): Promise<Record<string, unknown>> {
    this.socket.send(typeof request === 'string' ? request : JSON.stringify(request));
    return await this.answer();
  }

  /** Waits for a number of messages and resolves with their subjects. */
  async subjects(count: number): Promise<string[]> {
    await this.#until(() => this.pushed.length >= count);
    return this.pushed.map(({ raw }) => /^Subject: (.*)$/m.exec(raw)?.[1]?.trim() ?? '');
  }

  close(): void {
    this.socket.terminate();
  }

  async #until(isReady: () => boolean): Promise<void> {
    while (!isReady()) {
      if (this.socket.readyState >= WebSocket.CLOSING) throw new Error('The sink closed the connection.');
      await once(this.#frames, 'frame');
    }
  }
}
