/** The clients that get codes: ours, a minimal one, those of the peers, and polling. */
import { get } from 'node:http';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** Timeout of a wait, in milliseconds. It is longer than the benchmark takes. */
const TIMEOUT = 600_000;
const POLL_EVERY = 500;
/** Delays of Playwright's `expect.poll`, in milliseconds. The last one repeats. */
const EXPECT_POLL = [100, 250, 500, 1000];

/**
 * Waits for the code in the next mail to an address.
 *
 * @callback Watch
 * @param {string} address
 * @returns {Promise<{ code: Promise<string> }>} resolves when no mail that is sent later can be missed
 */

/** @type {Record<string, (url: string) => Promise<Watch>>} */
export const CLIENTS = {
  /** Waits as the fixtures do, without Playwright's steps. */
  async ours(url) {
    const [{ sink }, { Inbox }, { plainRuntime }] = await Promise.all([
      import('../../build/src/sources/sink.js'),
      import('../../build/src/inbox/inbox.js'),
      import('../../build/src/core/runtime.js'),
    ]);
    const source = sink({ url });
    const runtime = plainRuntime(TIMEOUT);
    return async (address) => {
      const watch = source.watch('email', address);
      const inbox = new Inbox(address, { watch, runtime });
      await watch;
      const code = inbox.waitForCode();
      // The end of the test. It is not measured.
      void code.then(() => setImmediate(() => inbox.close()));
      return { code };
    };
  },

  /** The floor: the same push, with a regular expression for the code. */
  async bare(url) {
    const { watch, arrived } = waits();
    const socket = new WebSocket(`${url.replace('http', 'ws')}/api/stream`, { perMessageDeflate: false });
    const answers = new Map();
    let ref = 0;
    socket.on('message', (data, isBinary) => {
      if (!isBinary) return answers.get(JSON.parse(data.toString()).ref)?.();
      const end = data.indexOf(0x0a);
      const { to } = JSON.parse(data.toString('utf8', 0, end));
      arrived(to, codeIn(textPart(data.subarray(end + 1))));
    });
    await new Promise((done, fail) => socket.once('open', done).once('error', fail));
    return async (address) => {
      const waiting = watch(address);
      const answered = new Promise((done) => answers.set(++ref, done));
      socket.send(JSON.stringify({ op: 'watch', ref, kind: 'email', to: address }));
      await answered;
      return waiting;
    };
  },

  async maildev2(url) {
    const { maildevPush } = await import('../peers/maildev-push.mjs');
    const { watch, arrived } = waits();
    await maildevPush(url, ({ to, text }) => arrived(addresses(to), codeIn(text)));
    return async (address) => watch(address);
  },

  /** Fetches the mail, because the push contains only its first words. */
  async maildev3(url) {
    const { maildevPush } = await import('../peers/maildev-push.mjs');
    const { watch, arrived } = waits();
    await maildevPush(url, async ({ id, to }) => {
      arrived(addresses(to), codeIn((await getJson(`${url}/api/email/${id}`)).text));
    });
    return async (address) => watch(address);
  },

  async smtpTester(url) {
    const { watch, arrived } = waits();
    const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1', noDelay: true });
    createInterface({ input: socket }).on('line', (line) => {
      const { to, text } = JSON.parse(line);
      arrived(to, codeIn(text));
    });
    await new Promise((done, fail) => socket.once('connect', done).once('error', fail));
    return async (address) => watch(address);
  },

  poll500: async (url) => async (address) => ({ code: poll(url, address, [POLL_EVERY]) }),
  expectPoll: async (url) => async (address) => ({ code: poll(url, address, EXPECT_POLL) }),
};

/** Passes each code to the wait at its address. */
function waits() {
  const waiting = new Map();
  return {
    watch: (address) => ({ code: new Promise((done) => waiting.set(address, done)) }),
    arrived(to, code) {
      for (const address of to) {
        waiting.get(address)?.(code);
        waiting.delete(address);
      }
    },
  };
}

/** Polls the list of messages at once, and again after each delay. */
async function poll(url, address, delays) {
  for (let polls = 0; ; polls++) {
    const { messages } = await getJson(`${url}/api/messages?to=${encodeURIComponent(address)}`);
    if (messages[0]) return codeIn((await getJson(`${url}/api/messages/${messages[0].id}`)).text);
    await sleep(delays[Math.min(polls, delays.length - 1)]);
  }
}

function getJson(url) {
  return new Promise((done, fail) => {
    get(url, async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      done(JSON.parse(Buffer.concat(chunks).toString()));
    }).on('error', fail);
  });
}

function addresses(to) {
  return to.map(({ address }) => address);
}

/** Returns the decoded text part of a mail from `../mails.mjs`. */
function textPart(raw) {
  const mail = raw.toString('latin1');
  const begin = mail.indexOf('\r\n\r\n', mail.indexOf('Content-Type: text/plain'));
  const encoded = mail.slice(begin, mail.indexOf('\r\n--', begin)).replaceAll('=\r\n', '');
  const bytes = encoded.replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}

function codeIn(text) {
  return /^\s*(\d{6})\s*$/m.exec(text)?.[1];
}
