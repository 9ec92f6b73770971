import { EventEmitter, once } from 'node:events';
import { WebSocket } from 'ws';
import type { Envelope } from '../../src/message/message.ts';
import { decodeArrival } from '../../src/protocol/push.ts';

export interface PushedMessage {
  readonly envelope: Envelope;
  readonly raw: string;
}

/** Speaks with the stream of a sink, frame by frame. */
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

  /** The next frame that is no message: the greeting, or an answer. */
  async answer(): Promise<Record<string, unknown>> {
    await this.#until(() => this.#answers.length > 0);
    return this.#answers.shift() ?? {};
  }

  /** Asks after the greeting was read. */
  async ask(request: object | string): Promise<Record<string, unknown>> {
    this.socket.send(typeof request === 'string' ? request : JSON.stringify(request));
    return await this.answer();
  }

  /** The subjects of the first so many messages, as soon as they are there. */
  async subjects(count: number): Promise<string[]> {
    await this.#until(() => this.pushed.length >= count);
    return this.pushed.map(({ raw }) => /^Subject: (.*)$/m.exec(raw)?.[1]?.trim() ?? '');
  }

  close(): void {
    this.socket.terminate();
  }

  async #until(isThere: () => boolean): Promise<void> {
    while (!isThere()) {
      if (this.socket.readyState >= WebSocket.CLOSING) throw new Error('The sink hung up.');
      await once(this.#frames, 'frame');
    }
  }
}
