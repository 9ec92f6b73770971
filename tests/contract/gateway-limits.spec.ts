import { FROM, MAIL_CLIENTS, outcomeOf, sendgridAt } from '../support/gateway-clients.ts';
import { ALICE, START, api, expect, test } from '../support/sink-test.ts';

test.describe('limits', () => {
  test.use({ sinkOptions: { maxSize: 300_000 } });

  for (const [name, { send }] of Object.entries(MAIL_CLIENTS)) {
    test(`a mail sent with ${name} may be as large as one by SMTP, and no larger`, async ({ sink }) => {
      const mail = { to: ALICE, subject: 'Large', text: 'x' };
      await send(sink, { ...mail, attachment: { name: 'a.txt', content: 'x'.repeat(150_000) } });
      expect(sink.store.size.messages).toBe(1);
      const larger = send(sink, { ...mail, attachment: { name: 'a.txt', content: 'x'.repeat(400_000) } });
      expect(await outcomeOf(larger)).toBe('refused');
      expect([sink.store.size.messages, sink.store.unfinished.bytes]).toEqual([1, 0]);
      expect(sink.store.refusalsSince(START)).toEqual([expect.stringContaining('over the sink')]);
    });
  }

  test('a body in pieces, whose size nobody announces, is cut at the limit', async ({ sink }) => {
    const piece = new TextEncoder().encode('x'.repeat(50_000));
    let count = 0;
    const body = new ReadableStream({ pull: (stream) => (count++ < 100 ? stream.enqueue(piece) : stream.close()) });
    const outcome = await api(sink, '/emails', { method: 'POST', body, duplex: 'half' } as RequestInit).then(
      ({ status }) => status,
      () => 'cut off',
    );
    expect([413, 'cut off']).toContain(outcome);
    expect(sink.store.refusalsSince(START)).toEqual([expect.stringContaining('over the sink')]);
    expect(sink.store.unfinished.bytes).toBe(0);
  });

  test('a mail takes as many recipients as one by SMTP', async ({ sink }) => {
    const to = (count: number): { email: string }[] =>
      Array.from({ length: count }, (_, index) => ({ email: `${index}@persona.test` }));
    const send = (count: number): Promise<unknown> =>
      sendgridAt(sink.url).send({ from: FROM, to: to(count), subject: 'x', text: 'x' });
    await send(1000);
    await expect(send(1001)).rejects.toMatchObject({ code: 400 });
  });

  test('a form has at most a thousand parts', async ({ sink }) => {
    const form = new FormData();
    for (let index = 0; index < 1001; index++) form.append('to', ALICE);
    expect(await api(sink, '/v3/acme.example/messages', { method: 'POST', body: form })).toMatchObject({ status: 400 });
  });

  for (const path of [
    '/emails',
    '/email',
    '/v3/mail/send',
    '/v2/email/outbound-emails',
    '/v3/smtp/email',
    '/v1/email',
  ]) {
    test(`a body that is not JSON is refused at ${path}`, async ({ sink }) => {
      for (const body of ['', '{', '['.repeat(100_000), 'null', '[]', '"to"', '\0']) {
        const { status } = await api(sink, path, { method: 'POST', body });
        expect([400, 422]).toContain(status);
      }
      expect(sink.store.size.messages).toBe(0);
    });
  }
});
