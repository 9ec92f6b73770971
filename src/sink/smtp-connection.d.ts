/** The part of `smtp-server/lib/smtp-connection.js` that is used here; the package ships no types of its own. */
declare module 'smtp-server/lib/smtp-connection.js' {
  import type { EventEmitter } from 'node:events';
  import type { Socket } from 'node:net';

  interface SMTPConnectionEvents {
    error: [unknown];
    connect: [unknown];
  }

  export class SMTPConnection extends (EventEmitter as typeof EventEmitter<SMTPConnectionEvents>) {
    constructor(server: object, socket: Socket, options: object);
    protected readonly _server: { readonly connections: ReadonlySet<unknown> };
    init(): void;
    connectionReady(): void;
    send(code: number, text: string, context?: string | false): void;
    protected _setListeners(ready: () => void): void;
    protected _createParser(): import('./smtp-stream.ts').SMTPStream;
  }
}

declare module 'smtp-server/lib/smtp-stream.js' {
  export const SMTPStream: new () => import('./smtp-stream.ts').SMTPStream;
}
