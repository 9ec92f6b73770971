import { type IncomingHttpHeaders, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export const WEBHOOK_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** A call whose signature the official library has verified. */
export interface Call {
  readonly id: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>> & { readonly answerUrl: string; readonly title: string };
}

/** Writes the response. Without one, the caller keeps waiting. */
type Answer = (call: Call, response: ServerResponse, count: number) => void | Promise<void>;

/** A running webhook receiver. */
export interface Receiver {
  readonly url: string;
  /** Requests to a person, and events of other kinds. */
  readonly calls: readonly Call[];
  /** Later events of requests to a person, which the receiver acknowledges by itself. */
  readonly events: readonly Call[];
  /** Bodies of all calls, as they came. */
  readonly bodies: readonly string[];
  /** Errors of calls that could not be verified. */
  readonly refused: readonly string[];
  close(): Promise<void>;
}

export async function receiveWebhooks(answer: Answer): Promise<Receiver> {
  const calls: Call[] = [];
  const events: Call[] = [];
  const bodies: string[] = [];
  const refused: string[] = [];
  const verifier = new Webhook(WEBHOOK_SECRET);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      bodies.push(body);
      const call = read(body, request.headers);
      if (!call) return void response.writeHead(401).end();
      if (call.type.startsWith('handoff.') && call.type !== 'handoff.created') {
        events.push(call);
        return void response.writeHead(204).end();
      }
      calls.push(call);
      void answer(call, response, calls.length);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/T0K3N-of-the-hook-4711`,
    calls,
    events,
    bodies,
    refused,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };

  function read(body: string, headers: IncomingHttpHeaders): Call | undefined {
    try {
      const verified = verifier.verify(body, headers as Record<string, string>) as Omit<Call, 'id'>;
      return { ...verified, id: String(headers['webhook-id']) };
    } catch (error) {
      refused.push(String(error));
      return undefined;
    }
  }
}

/** Submits the form of a handoff page, as a browser without scripts does. */
export async function answerOnPage(url: string, form: Readonly<Record<string, string>>): Promise<Response> {
  return await fetch(url, { method: 'POST', body: new URLSearchParams(form) });
}
