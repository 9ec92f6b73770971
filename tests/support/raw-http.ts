import { once } from 'node:events';
import { type Socket, connect } from 'node:net';

/** Opens a connection, sends lines, and returns the connection and the first bytes of the response. */
export async function sayHttp(
  port: number,
  ...lines: string[]
): Promise<{ readonly socket: Socket; readonly answer: string }> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const [data] = await once(socket, 'data');
  return { socket, answer: String(data) };
}

/** Returns the request of a browser that opens a WebSocket. */
export function upgradeLines(path: string, host: string): string[] {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ];
}
