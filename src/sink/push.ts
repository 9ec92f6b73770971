import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { type MessageKind, foldAddress } from '../message/address.ts';
import type { Mark } from '../message/message.ts';
import { readOwner } from '../message/owner.ts';
import { faultProblems } from '../protocol/fault.ts';
import { type PushAnswer, type PushHello, type PushRequest, encodeArrival } from '../protocol/push.ts';
import type { Handoffs } from './handoffs.ts';
import { PhoneNumbers } from './phone-numbers.ts';
import { EVERYTHING, PushClient, keysOf } from './push-client.ts';
import { sightingsSince } from './sightings.ts';
import type { MessageStore } from './store.ts';
import type { StoredMessage } from './stored-message.ts';
import type { Unsent } from './unsent.ts';

/** Maximum number of requests of a client that wait for something. */
const MAX_WAITING = 1000;
/** Maximum number of addresses that are watched. */
const MAX_WATCHED = 20_000;
/** Maximum length of a watched address, in characters. */
const MAX_ADDRESS = 1000;
/** Maximum size of a request, in bytes. */
const MAX_REQUEST = 16 * 1024;
/** Maximum quiet period of `settled`, in milliseconds. */
const MAX_QUIET = 60_000;

/** Pushes each message to the clients that watch its address, as soon as it is stored. */
export class PushServer {
  readonly #store: MessageStore;
  readonly #smtp: () => string;
  readonly #handoffs: Handoffs;
  readonly #unsent: Unsent;
  readonly #numbers = new PhoneNumbers();
  readonly #watchers = new Map<string, Set<PushClient>>();
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MAX_REQUEST, perMessageDeflate: false });

  /** @param smtp returns the SMTP address of the sink, such as `127.0.0.1:1025` */
  constructor(store: MessageStore, handoffs: Handoffs, unsent: Unsent, smtp: () => string) {
    this.#store = store;
    this.#unsent = unsent;
    this.#handoffs = handoffs;
    this.#smtp = smtp;
    store.onMessage((message) => this.#push(message));
  }

  /** Upgrades an HTTP connection to the stream. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (client) =>
      this.#welcome(new PushClient(client, socket, this.#store, this.#unsent), request),
    );
  }

  close(): void {
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
  }

  #welcome(client: PushClient, request: IncomingMessage): void {
    const { instance, run } = this.#store;
    const hello: PushHello = { hello: 'playwright-2fa-sink', protocol: 1, instance, run, smtp: this.#smtp() };
    const { socket } = client;
    client.answer(JSON.stringify(hello));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => this.#forget(client));
    socket.on('message', (data: Buffer) => {
      client.inTurn(() => {
        void this.#answer(client, data).then((answer) => client.answer(JSON.stringify(answer)));
      });
    });
    const since = new URL(request.url ?? '/', 'http://sink').searchParams.get('since');
    if (since !== null) void this.#watch(client, EVERYTHING, Number(since) || 0);
  }

  async #answer(client: PushClient, data: Buffer): Promise<PushAnswer> {
    let ref = -1;
    try {
      const request = JSON.parse(data.toString()) as PushRequest;
      ref = request.ref;
      checkRequest(request);
      return await this.#handle(client, request);
    } catch (error) {
      return { ref, error: String(error) };
    }
  }

  async #handle(client: PushClient, request: PushRequest): Promise<PushAnswer> {
    const { ref } = request;
    switch (request.op) {
      case 'watch':
        return { ref, mark: await this.#watch(client, keyOf(request), request.since) };
      case 'watch-all':
        return { ref, mark: await this.#watch(client, EVERYTHING, request.since) };
      case 'unwatch':
        this.#unwatch(client, keyOf(request));
        return { ref, mark: this.#store.mark() };
      case 'settled':
        await this.#waitFor(client, () => this.#settled(request));
        return { ref, mark: this.#store.mark() };
      case 'number':
        return { ref, number: this.#numbers.take() };
      case 'owner':
        this.#store.own(request.kind, request.to, request.owner);
        return { ref, mark: this.#store.mark() };
      case 'claimed': {
        const owner = readOwner(request.owner);
        const takenBy = owner && this.#store.take(request.id, request.to, { owner, key: JSON.stringify(owner) });
        await this.#store.keeper?.claimsSettled();
        return { ref, mark: this.#store.mark(), ...(takenBy === undefined ? {} : { takenBy }) };
      }
      case 'faults':
        this.#setFaults(client, request);
        return { ref, mark: this.#store.mark() };
      case 'handoff':
        return { ref, handoff: this.#handoffs.open(request.request) };
      case 'answer':
        return { ref, answer: await this.#waitFor(client, () => this.#handoffs.answerOf(request.id, client.closed)) };
      case 'withdraw':
        this.#handoffs.withdraw(request.id);
        return { ref, mark: this.#store.mark() };
      case 'sightings':
        return { ref, sightings: sightingsSince(this.#store, request.mark, foldAddress(request.kind, request.to)) };
      default:
        return { ref, error: `Unknown operation "${(request as { op: string }).op}".` };
    }
  }

  /** Counts the requests of a client that wait. @throws Error if they are too many */
  async #waitFor<T>(client: PushClient, wait: () => Promise<T>): Promise<T> {
    if (client.waiting >= MAX_WAITING) throw new Error(`${MAX_WAITING} requests of this client wait already.`);
    client.waiting++;
    return await wait().finally(() => client.waiting--);
  }

  async #settled({ kind, to, quiet }: PushRequest & { readonly op: 'settled' }): Promise<void> {
    await this.#store.deliveries.settled(kind, foldAddress(kind, to), Math.min(quiet, MAX_QUIET));
  }

  /**
   * Registers first, then replays, so that no message is lost in between.
   *
   * @returns the mark of the registration, once the stored messages are sent
   */
  async #watch(client: PushClient, key: string, since: number | undefined): Promise<Mark> {
    const mark = this.#store.mark();
    const watchers = this.#watchers.get(key) ?? new Set();
    if (watchers.size === 0 && this.#watchers.size >= MAX_WATCHED)
      throw new Error(`${MAX_WATCHED} addresses are watched already.`);
    if (key.length > MAX_ADDRESS) throw new Error(`An address may have ${MAX_ADDRESS} characters.`);
    this.#watchers.set(key, watchers.add(client));
    client.keys.add(key);
    if (since !== undefined) await client.replay(key, since);
    return mark;
  }

  #push(message: StoredMessage): void {
    let frame: Buffer | undefined;
    const encode = (): Buffer => (frame ??= encodeArrival(message.envelope, message.allocation.bytes));
    const clients = new Set(keysOf(message).flatMap((key) => [...(this.#watchers.get(key) ?? [])]));
    for (const client of clients) client.push(message, encode);
  }

  /** @throws Error if the faults are invalid */
  #setFaults(client: PushClient, { kind, to, faults }: PushRequest & { readonly op: 'faults' }): void {
    const problems = faultProblems(faults);
    const problem = problems.length > 0 ? problems.join('; ') : this.#store.faults.set(client, kind, to, faults);
    if (problem !== undefined) throw new Error(`${problem}.`);
  }

  #forget(client: PushClient): void {
    this.#store.faults.clear(client);
    for (const key of client.keys) this.#unwatch(client, key);
  }

  #unwatch(client: PushClient, key: string): void {
    client.keys.delete(key);
    const watchers = this.#watchers.get(key);
    watchers?.delete(client);
    if (watchers?.size === 0) this.#watchers.delete(key);
  }
}

/** @throws Error if a member has another type: what is stored is read by the deliveries of all others */
function checkRequest(request: PushRequest): void {
  const { kind = 'email', to = '', id = '' } = request as { kind?: unknown; to?: unknown; id?: unknown };
  if (kind !== 'email' && kind !== 'sms') throw new Error('`kind` must be email or sms.');
  if (typeof to !== 'string' || to.length > MAX_ADDRESS)
    throw new Error(`\`to\` must be a text of up to ${MAX_ADDRESS} characters.`);
  if (typeof id !== 'string') throw new Error('`id` must be a text.');
}

function keyOf({ kind, to }: { readonly kind: MessageKind; readonly to: string }): string {
  return `${kind}:${foldAddress(kind, to)}`;
}
