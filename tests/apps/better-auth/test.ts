import { test as base } from 'playwright-2fa';

interface Sent {
  readonly kind: string;
  readonly at: number;
}

/** Notes for each test who it was and when the site sent what, for the summary of the demo. */
export const test = base.extend<{ notes: void }>({
  notes: [
    async ({ persona, request }, use, testInfo) => {
      await use();
      testInfo.annotations.push({ type: 'who', description: persona.email });
      for (const address of [persona.email, persona.phone]) {
        const answer = await request.get(`/outbox?to=${encodeURIComponent(address)}`);
        for (const { kind, at } of (await answer.json()) as Sent[]) {
          testInfo.annotations.push({ type: 'sent', description: `${at} ${address} ${kind}` });
        }
      }
    },
    { auto: true },
  ],
});

export { expect } from 'playwright-2fa';
