import { once } from 'node:events';
import { type Socket, connect } from 'node:net';

/** Opens a connection, says these lines, and gives it back with the first bytes of the answer. */
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

/** What a browser sends that wants a WebSocket. */
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
