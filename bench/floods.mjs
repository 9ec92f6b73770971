/**
 * Floods the sink, one flood at a time, each on a sink of its own. Prints how much memory the sink has at most, and how
 * long another client waits for an answer meanwhile.
 *
 *     npx tsc -p . && node bench/floods.mjs [--quick] [--only WORDS] [--json]
 *
 * Needs Linux, for the memory.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { WebSocket } from 'ws';
import { peakMiB, watchOthers } from './lib/proc.mjs';
import { machine, printJson, printMachine, printTable, quantile } from './lib/report.mjs';
import { start } from './lib/servers.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});
const SCALE = options.quick ? 10 : 1;
const MEGABYTE = 1024 * 1024;
/** A client that cannot send anything for so long stops, in milliseconds. */
const MAX_SEND = 2000;
/** Largest body of an SMS, in bytes. */
const BODY = 60 * 1024;

/** @type {Record<string, (flood: Flood) => Promise<void>>} */
const FLOODS = {
  '100,000 SMS of one letter': (flood) => flood.texts(100_000, () => ({ to: '+12025550143', body: 'x' })),
  '10,000 SMS to numbers of 60 KB': (flood) =>
    flood.texts(10_000, (count) => ({ to: `+${'1'.repeat(BODY)}${count}`, body: 'x' })),
  '10,000 forms with 60 KB beside the SMS': (flood) =>
    flood.forms(10_000, (count) => `filler=${'x'.repeat(BODY)}&to=%2B120255501430${count}&from=%2B120255501430&body=1`),
  '10,000 refused SMS with 60 KB of field names': (flood) =>
    flood.texts(10_000, (count) => ({ [`${'x'.repeat(BODY)}_${'a'.repeat(count % 100)}`]: 'x' })),
  '2,000 mails to 1,000 short addresses': (flood) => flood.mails(2000, 1000, (count) => `u${count}@a.test`),
  '1,000 mails to 1,000 long addresses': (flood) =>
    flood.mails(1000, 1000, (count) => `${count}-${'u'.repeat(60)}@${'a'.repeat(60)}.${'b'.repeat(60)}.test`),
  '500 mails of 1,000 recipients each that stop before the text': (flood) =>
    flood.mails(500, 1000, (count) => `${count}-${'u'.repeat(60)}@${'a'.repeat(60)}.${'b'.repeat(60)}.test`, false),
  '400 mails of 5 MB that never end': (flood) =>
    flood.sockets(400, 'smtp', 'EHLO x\r\nMAIL FROM:<a@a.test>\r\nRCPT TO:<b@a.test>\r\nDATA\r\n', 5 * MEGABYTE),
  '5,000 SMTP connections without a word': (flood) => flood.sockets(5000, 'smtp', ''),
  '400 SMTP commands that never end': (flood) => flood.sockets(400, 'smtp', 'EHLO x\r\nMAIL FROM:<', MEGABYTE),
  '5,000 HTTP bodies of 60 KB that never end': (flood) =>
    flood.sockets(5000, 'http', 'POST /sms HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 64000\r\n\r\n', BODY),
  '2,000 HTTP headers that never end': (flood) =>
    flood.sockets(2000, 'http', 'GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ', 64 * 1024),
  '200 clients of the stream that do not read': (flood) => flood.streams(200, { op: 'watch-all', since: 0 }),
  '20 clients of the stream that ask and do not read': (flood) =>
    flood.streams(
      20,
      { op: 'sightings', kind: 'sms', to: 'x', mark: { seq: 0, sessions: 0, refusals: 0, evicted: 0 } },
      20_000,
    ),
  'one client of the stream that watches 100,000 addresses': (flood) =>
    flood.streams(1, (count) => ({ op: 'watch', kind: 'email', to: `${'x'.repeat(8000)}${count}@a.test` }), 100_000),
  '200 clients that ask for 60 MB and do not read': (flood) => flood.downloads(200),
};

/** One sink, and the clients that flood it. */
class Flood {
  constructor(server) {
    this.server = server;
    this.open = [];
    this.refused = 0;
  }

  async texts(count, fields) {
    await this.posts(count, (index) => JSON.stringify(fields(index)), 'application/json');
  }

  async forms(count, fields) {
    await this.posts(count, fields, 'application/x-www-form-urlencoded');
  }

  async posts(count, bodyOf, type) {
    const total = count / SCALE;
    let next = 0;
    const send = async () => {
      while (next < total) {
        const body = bodyOf(next++);
        const post = () =>
          fetch(`${this.server.http}/sms`, { method: 'POST', headers: { 'content-type': type }, body });
        // The sink closes a connection that was idle, maybe in the moment in which it is used again.
        const response = await post().catch(post);
        await response.arrayBuffer();
        if (!response.ok) this.refused++;
      }
    };
    await Promise.all(Array.from({ length: 10 }, send));
  }

  /** Pipelines mails over ten connections. */
  async mails(count, recipients, addressOf, isComplete = true) {
    const to = Array.from({ length: recipients }, (_, index) => `RCPT TO:<${addressOf(index)}>\r\n`).join('');
    const mail = `MAIL FROM:<a@a.test>\r\n${to}${isComplete ? 'DATA\r\n' : ''}`;
    const each = isComplete ? count / SCALE / 10 : 1;
    await Promise.all(
      Array.from({ length: isComplete ? 10 : count / SCALE }, async () => {
        const socket = this.connect('smtp');
        const replies = repliesOf(socket);
        await replies.next();
        await say(socket, replies, 'EHLO x\r\n', 1);
        for (let sent = 0; sent < each; sent++) {
          if (!(await say(socket, replies, mail, 1 + recipients + (isComplete ? 1 : 0)))) return;
          if (isComplete && !(await say(socket, replies, 'Subject: x\r\n\r\nx\r\n.\r\n', 1))) return;
        }
        if (isComplete) socket.destroy();
      }),
    );
  }

  /** Opens connections that begin something, send more, and never end it. */
  async sockets(count, kind, beginning, size = 0) {
    const filler = Buffer.alloc(Math.min(size, 64 * 1024), 'x');
    let opened = 0;
    const open = async () => {
      while (opened < count / SCALE) {
        opened++;
        const socket = this.connect(kind);
        socket.resume();
        if (kind === 'smtp') await Promise.race([once(socket, 'data'), once(socket, 'close')]);
        else await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
        socket.write(beginning);
        for (let sent = 0; sent < size && !socket.destroyed; sent += filler.length)
          if (!socket.write(filler)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
      }
    };
    await Promise.all(Array.from({ length: 50 }, open));
  }

  async streams(count, request, times = 1) {
    await this.fill();
    await Promise.all(
      Array.from({ length: count }, async () => {
        const client = new WebSocket(`${this.server.http.replace('http', 'ws')}/api/stream`);
        this.open.push(client);
        client.on('error', () => undefined);
        client.on('close', () => this.refused++);
        await once(client, 'open');
        client.pause();
        const total = Math.max(1, times / SCALE);
        for (let ref = 0; ref < total && client.readyState === WebSocket.OPEN; ref++) {
          const text = JSON.stringify({ ref, ...(typeof request === 'function' ? request(ref) : request) });
          const sent = new Promise((done) => client.send(text, () => done(true)));
          // The sink does not read the requests of a client that does not read its answers.
          if (!(await Promise.race([sent, setTimeout(MAX_SEND, false)]))) return;
        }
      }),
    );
    await this.texts(100 * SCALE, () => ({ to: '+12025550143', body: 'x'.repeat(BODY) }));
  }

  async downloads(count) {
    await this.fill();
    for (let index = 0; index < count / SCALE; index++) {
      const socket = this.connect('http');
      socket.pause();
      await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
      socket.write('GET /api/messages?limit=1000 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
    }
  }

  /** Fills the store with 60 MB that a listing contains. */
  async fill() {
    await this.texts(1000 * SCALE, () => ({ to: `+1${'2'.repeat(30 * 1024)}`, body: 'x' }));
  }

  connect(kind) {
    const port = kind === 'smtp' ? this.server.port : Number(new URL(this.server.http).port);
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.on('close', () => this.refused++);
    this.open.push(socket);
    return socket;
  }

  close() {
    for (const client of this.open) {
      if (client instanceof WebSocket) client.terminate();
      else client.destroy();
    }
  }
}

async function* repliesOf(socket) {
  let rest = '';
  try {
    for await (const chunk of socket) {
      const lines = (rest + chunk).split('\r\n');
      rest = lines.pop();
      for (const line of lines) if (/^\d{3}(?: |$)/.test(line)) yield line;
    }
  } catch {
    // The sink has closed the connection.
  }
}

async function say(socket, replies, text, count) {
  socket.write(text);
  for (let index = 0; index < count; index++) if ((await replies.next()).done) return false;
  return true;
}

/** Another client, in a thread of its own: it asks the sink again and again, and measures its answers. */
class Bystander {
  constructor(url) {
    this.worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       const times = [];
       let isOver = false;
       parentPort.once('message', () => { isOver = true; });
       (async () => {
         while (!isOver) {
           const start = performance.now();
           await fetch(workerData + '/api/health').then((response) => response.text(), () => times.push(Infinity));
           times.push(performance.now() - start);
           await new Promise((done) => setTimeout(done, 10));
         }
         parentPort.postMessage(times);
       })();`,
      { eval: true, workerData: url },
    );
  }

  async times() {
    this.worker.postMessage('stop', []);
    const [times] = await once(this.worker, 'message');
    return times;
  }
}

const results = [];
const othersSince = watchOthers();
for (const [name, run] of Object.entries(FLOODS)) {
  if (!name.includes(options.only)) continue;
  process.stderr.write(`${name} ...\n`);
  const server = await start('ours');
  const flood = new Flood(server);
  const bystander = new Bystander(server.http);
  const before = peakMiB(server.pid);
  await run(flood);
  const times = await bystander.times();
  const growth = peakMiB(server.pid) - before;
  const [middle, most] = [quantile(times, 0.5), quantile(times, 0.99)];
  results.push({ name, growth, middle, most, refused: flood.refused });
  process.stderr.write(`  ${JSON.stringify(results.at(-1))}\n`);
  flood.close();
  await server.stop();
}
if (options.json) printJson({ machine: machine(othersSince()), results });
else {
  const rows = results.map(({ name, growth, middle, most, refused }) => [name, growth, middle, most, `${refused}`]);
  printTable('Floods', ['', 'memory, MiB', 'answer, ms (median)', '(99 %)', 'closed or refused'], rows);
  printMachine(machine(othersSince()), `each flood once, at 1/${SCALE} of its size`);
}
process.exit();
