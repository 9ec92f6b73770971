// @ts-check
import { createServer } from 'node:net';

/** Returns a free TCP port of 127.0.0.1, for servers that must know their address before they listen. */
export async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', () => done(undefined)));
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((done) => server.close(done));
  return port;
}
