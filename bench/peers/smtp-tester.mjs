/**
 * smtp-tester is a library: this makes a server of it. Its `init` passes the "port" on to `listen` as it is. Each mail
 * goes to whoever is connected to the second port, the cheapest way there is: a line of JSON over TCP.
 */
import { createServer } from 'node:net';
import smtpTester from 'smtp-tester';

const [smtpPort, pushPort] = process.argv.slice(2).map(Number);
const readers = new Set();

smtpTester.init({ port: smtpPort, host: '127.0.0.1' }).bind((_recipient, _id, { receivers, body }) => {
  const line = `${JSON.stringify({ to: Object.keys(receivers), text: body })}\n`;
  for (const reader of readers) reader.write(line);
});

createServer({ noDelay: true }, (reader) => {
  readers.add(reader);
  reader.on('error', () => reader.destroy());
  reader.on('close', () => readers.delete(reader));
}).listen(pushPort, '127.0.0.1');
