import { test as base } from 'playwright-2fa';
import { HOME, LOGIN, SITE, pretendSite } from './pretend-site.ts';
import { type Receiver, WEBHOOK_SECRET, receiveWebhooks } from './webhook-receiver.ts';

/** A page for a code that is sent by SMS to another person. */
export const TEXTED = `<h1>Check your phone</h1><p>Enter the 6-digit code we sent by text message to &bull;&bull; 42.</p>
  <form method="post" action="/code"><label>Code <input name="code" inputmode="numeric" autocomplete="one-time-code"></label>
  <button>Verify</button></form>`;
export interface People {
  receiver: Receiver;
  /** Behavior of the receiver. */
  onCall: { answer: Parameters<typeof receiveWebhooks>[0] };
}

/** Tests that ask a person, who is behind a webhook. */
export const test = base.extend<People>({
  onCall: async ({}, use) => use({ answer: (_, response) => void response.end() }),
  receiver: async ({ onCall }, use) => {
    const receiver = await receiveWebhooks((...call) => onCall.answer(...call));
    await use(receiver);
    await receiver.close();
  },
  // The ledger remembers refused codes, so each test has a persona of its own.
  personaName: async ({}, use, { testId }) => await use(`holder-${testId}-${Date.now().toString(36)}`),
  twoFactor: async ({ twoFactor, receiver, personaName }, use) => {
    // Tests that run at the same time must not take each other's mail.
    const holder = { email: `${personaName}@acme.test`, password: 'Correct-Horse-4711', url: SITE };
    const human = { webhook: receiver.url, secret: WEBHOOK_SECRET, timeout: 20_000 };
    await use({ ...twoFactor, personas: { [String(personaName)]: holder }, human });
  },
});

/** A site that asks for a code after the password. */
export async function siteWith(
  page: Parameters<typeof pretendSite>[0],
  ask: string,
  code = '482913',
): ReturnType<typeof pretendSite> {
  return await pretendSite(page, ({ path, form }) => {
    if (path === '/code')
      return form.get('code') === code ? { to: '/home' } : ask.replace('<p>', '<p role="alert">Wrong code.</p><p>');
    if (path === '/home') return HOME;
    return form.has('email') ? ask : LOGIN;
  });
}
