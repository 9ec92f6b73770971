import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { expect, test as base } from '../support/sink-test.ts';
import { expectThrown } from '../support/thrown.ts';

/** A server that takes every stream, as development servers do, and says this first. */
const test = base.extend<{ openForeign: (words: string) => Promise<string> }>({
  openForeign: async ({}, use) => {
    const opened: WebSocketServer[] = [];
    await use(async (words) => {
      const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
      opened.push(server);
      server.on('connection', (socket) => socket.send(words));
      await once(server, 'listening');
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    for (const server of opened) {
      for (const client of server.clients) client.terminate();
      server.close();
    }
  },
});

test.describe('another WebSocket server is refused as no sink', () => {
  for (const words of ['welcome', '{"type":"connected"}', 'null', '[1]', '{"hello":"world"}']) {
    test(`that says ${words}`, async ({ openForeign, openInbox }) => {
      const url = await openForeign(words);
      const open = (): Promise<unknown> => openInbox(undefined, { url });
      const seen = [`${url} does not let tests read messages`, 'HTTP address of the sink'];
      const error = await expectThrown(open, 'SOURCE_REFUSED', ...seen);
      expect(error.message).not.toContain(words);
    });
  }
});
