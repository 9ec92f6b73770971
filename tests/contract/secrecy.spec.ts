import { BOB, api, expect, postSms, sendMail, test as base } from '../support/sink-test.ts';
import { thrownBy } from '../support/thrown.ts';

const CODE = '482913';

interface Timeouts {
  /** Sends something, lets a wait for mail and one for SMS time out, and returns the texts of their errors. */
  readonly explained: (send: () => Promise<unknown>) => Promise<string>;
}

const test = base.extend<Timeouts>({
  explained: async ({ openInbox, openSms }, use) => {
    await use(async (send) => {
      const boxes = [await openInbox(), await openSms()];
      await send();
      const waits = boxes.map((box) => thrownBy(() => box.waitForLink({ timeout: 200, host: 'app.example' })));
      return (await Promise.all(waits)).map(({ message }) => message).join('\n');
    });
  },
});

test.describe('the error of a timed-out wait contains no code', () => {
  const spaced = [...CODE].join(' ');
  for (const [name, content] of Object.entries({
    'of a subject': { subject: `${CODE} is your Acme code` },
    'of a subject with gaps': { subject: `Your code: ${CODE.slice(0, 3)}-${CODE.slice(3)} or ${spaced}` },
    'of a subject with a letter in front': { subject: `A-${CODE} is your code` },
    'of a mail to another address': { to: BOB, subject: `${CODE} is your Acme code` },
    'of a text': { subject: 'Sign in', text: `Your code is ${CODE}.` },
    'of a link': { subject: 'Sign in', html: `<a href="https://acme.example/${CODE}">Sign in with ${CODE}</a>` },
  })) {
    test(name, async ({ explained, sink }) => {
      const text = await explained(() => sendMail(sink, content));
      expect(text).toMatch(/came but was rejected|went to other addresses/);
      expect(text.replace(/[\s-]/g, '')).not.toContain(CODE);
    });
  }

  for (const [name, body] of Object.entries({
    'of an SMS without a number': JSON.stringify({ from: 'ACME', body: `Your code is ${CODE}` }),
    'of an SMS posted as plain text': `Your code is ${CODE}`,
    'of a code posted as plain text': CODE,
    'of fields in the wrong order': JSON.stringify({ [CODE]: 'body', [`Code ${CODE}`]: 'text' }),
  })) {
    test(name, async ({ explained, sink }) => {
      const text = await explained(async () => {
        const { status, body: answer } = await api(sink, '/sms', { method: 'POST', body });
        expect(status).toBe(400);
        expect(JSON.stringify(answer)).not.toContain(CODE);
      });
      expect(text).toContain('It refused:');
      expect(text).not.toContain(CODE);
    });
  }

  test('of an SMS to another number', async ({ explained, sink }) => {
    const text = await explained(() => postSms(sink, { to: '+12025550199', body: `Your code is ${CODE}` }));
    expect(text).toContain('to +12025550199');
    expect(text).not.toContain(CODE);
  });

  test('of an SMS to the watched number', async ({ explained, sink }) => {
    const text = await explained(() => postSms(sink, { body: `Your code is ${CODE}` }));
    expect(text).toContain('came but was rejected');
    expect(text).not.toContain(CODE);
  });
});

test.describe('the error of an unusable sink URL contains no token', () => {
  for (const url of [
    'any:opensesame@127.0.0.1:8025',
    'ftp://any:opensesame@127.0.0.1',
    'http://any:opensesame@127.0.0.1:99999',
    'http://any:opense@same@127.0.0.1:1',
  ]) {
    test(`of ${url.replace(/opense.*same/, 'TOKEN')}`, async ({ openInbox }) => {
      const { message } = await thrownBy(() => openInbox(undefined, { url }));
      expect(message).not.toMatch(/opense|same/);
      expect(message).toContain('127.0.0.1');
    });
  }
});
