/**
 * The floor: a minimal mail sink in Node. It accepts SMTP without any checks, keeps the raw bytes in memory, and pushes
 * them to clients that watch an address, in the frames of `src/protocol/push.ts`. It has no caps and no HTTP API.
 */
import { randomBytes } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';

const port = { type: 'string', default: '0' };
const { values } = parseArgs({ options: { 'smtp-port': port, 'http-port': port } });
const instance = randomBytes(6).toString('hex');
const messages = [];
const watchers = new Map();
let sessions = 0;

function store(from, to, raw) {
  const seq = messages.length + 1;
  const envelope = { kind: 'email', id: `${instance}-${seq}`, seq, from, to, receivedAt: Date.now(), size: raw.length };
  messages.push({ envelope, raw });
  for (const client of new Set(to.flatMap((address) => [...(watchers.get(address.toLowerCase()) ?? [])]))) {
    client.send(Buffer.concat([Buffer.from(`${JSON.stringify(envelope)}\n`), raw]));
  }
}

const smtp = createServer({ noDelay: true }, (socket) => {
  let from = '';
  let to = [];
  let chunks; // of the mail that is being received
  let rest = '';
  sessions++;
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => (chunks ? body(chunk) : commands(chunk)));
  socket.write('220 bare\r\n');

  function commands(chunk) {
    const lines = (rest + chunk.toString('latin1')).split('\r\n');
    rest = lines.pop();
    for (const line of lines) {
      const answer = `${reply(line)}\r\n`;
      if (answer.startsWith('221')) socket.end(answer);
      else socket.write(answer);
    }
  }

  function reply(line) {
    const verb = line.slice(0, 4).toUpperCase();
    const address = line.slice(line.indexOf('<') + 1, line.lastIndexOf('>'));
    if (verb === 'MAIL') [from, to] = [address, []];
    else if (verb === 'RCPT') to.push(address);
    else if (verb === 'DATA') chunks = [Buffer.from('\r\n')]; // so that the final dot of an empty mail is also found
    return verb === 'DATA' ? '354 go on' : verb === 'QUIT' ? '221 bye' : '250 ok';
  }

  function body(chunk) {
    chunks.push(chunk);
    const tail = chunk.length >= 5 ? chunk : Buffer.concat(chunks.slice(-5));
    if (tail.toString('latin1', tail.length - 5) !== '\r\n.\r\n') return;
    const raw = Buffer.concat(chunks).subarray(2, -3);
    chunks = undefined;
    store(
      from,
      to,
      raw.includes('\r\n..') ? Buffer.from(raw.toString('latin1').replace(/\n\.\./g, '\n.'), 'latin1') : raw,
    );
    socket.write('250 ok\r\n');
  }
});

function welcome(client) {
  client.send(
    JSON.stringify({ hello: 'playwright-2fa-sink', protocol: 1, instance, smtp: `127.0.0.1:${smtp.address().port}` }),
  );
  client.on('close', () => watchers.forEach((clients) => clients.delete(client)));
  client.on('message', (data) => {
    const { op, ref, to } = JSON.parse(data.toString());
    if (op === 'watch') watchers.set(to.toLowerCase(), (watchers.get(to.toLowerCase()) ?? new Set()).add(client));
    client.send(JSON.stringify({ ref, mark: { seq: messages.length, sessions, refusals: 0, evicted: 0 } }));
  });
}

// As in the sink, `ws` is loaded after the ports are bound, so start-up times are comparable.
let push;
const load = () =>
  (push ??= import('ws').then(
    ({ WebSocketServer }) => new WebSocketServer({ noServer: true, perMessageDeflate: false }),
  ));
const http = createHttpServer((_request, response) => response.writeHead(404).end());
http.on('upgrade', async (...args) => (await load()).handleUpgrade(...args, welcome));
const listen = (server, on) =>
  new Promise((done) => server.listen(Number(on), '127.0.0.1', () => done(server.address().port)));
const [mail, web] = await Promise.all([listen(smtp, values['smtp-port']), listen(http, values['http-port'])]);
process.stdout.write(`bare sink ready smtp=127.0.0.1:${mail} http=http://127.0.0.1:${web}\n`);
setImmediate(load);
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(0));
