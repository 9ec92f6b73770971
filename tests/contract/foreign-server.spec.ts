import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { expect, test as base } from '../support/sink-test.ts';
import { expectThrown } from '../support/thrown.ts';

/** Starts a server that accepts every WebSocket, as development servers do, and sends this text first. */
const test = base.extend<{ openForeign: (greeting: string) => Promise<string> }>({
  openForeign: async ({}, use) => {
    const opened: WebSocketServer[] = [];
    await use(async (greeting) => {
      const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
      opened.push(server);
      server.on('connection', (socket) => socket.send(greeting));
      await once(server, 'listening');
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    for (const server of opened) {
      for (const client of server.clients) client.terminate();
      server.close();
    }
  },
});

test.describe('a WebSocket server that is not a sink is refused', () => {
  for (const greeting of ['welcome', '{"type":"connected"}', 'null', '[1]', '{"hello":"world"}']) {
    test(`that sends ${greeting}`, async ({ openForeign, openInbox }) => {
      const url = await openForeign(greeting);
      const open = (): Promise<unknown> => openInbox(undefined, { url });
      const seen = [
        `${url} does not let tests read messages: it did not send the sink's greeting; another program is listening there`,
        'HTTP address of the sink',
      ];
      const error = await expectThrown(open, 'SOURCE_REFUSED', ...seen);
      expect(error.message).not.toContain(greeting);
    });
  }
});
