import type { Inbox } from '../../src/inbox/inbox.ts';
import { expect, test as base } from './sink-test.ts';
import { sendCode } from './sink-clients.ts';

/** Timeout of a wait that must not find a message. */
export const SHORT_WAIT = { timeout: 250 };

/** Waits until `count` messages have come. */
export async function came(inbox: Inbox, count: number): Promise<void> {
  await expect.poll(async () => (await inbox.messages()).length).toBe(count);
}

export const test = base.extend<{ mailCode: (code: string, from?: string) => Promise<void> }>({
  /** Sends Alice a mail with a code. */
  mailCode: async ({ sink }, use) => {
    await use(async (code, from = 'no-reply@acme.example') => {
      await sendCode(sink, code, { from, subject: `Sign in to ${from}` });
    });
  },
});
