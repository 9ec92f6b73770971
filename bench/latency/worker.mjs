/** A worker process of a test runner: waits for codes and notes their times. */
import { answerCalls, now } from '../lib/helper.mjs';
import { CLIENTS } from './clients.mjs';

const arrivals = new Map();
let watch;

answerCalls({
  async connect(client, url) {
    watch = await CLIENTS[client](url);
  },
  /** Resolves when a wait has begun for each of the addresses. */
  async watch(addresses) {
    for (const address of addresses) {
      const { code } = await watch(address);
      arrivals.set(
        address,
        code.then((text) => ({ code: text, at: now() })),
      );
    }
  },
  arrival: (address) => arrivals.get(address),
  async arrivals(addresses) {
    return await Promise.all(addresses.map((address) => arrivals.get(address)));
  },
});
