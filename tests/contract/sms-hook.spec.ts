import { ALICE_NUMBER as TO, START, api, expect, test } from '../support/sink-test.ts';

const TEXT = 'Your code is 482913. Grüße & more';
const FORM = 'application/x-www-form-urlencoded';

for (const to of ['to', 'phone', 'number', 'recipient']) {
  for (const text of ['text', 'body', 'message', 'content']) {
    test(`takes ${to} and ${text}`, async ({ sink }) => {
      const fields = { [to]: TO, [text]: TEXT };
      const query = new URLSearchParams(fields);
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      const requests: RequestInit[] = [
        { method: 'POST', body: JSON.stringify(fields) },
        { method: 'POST', body: query.toString(), headers: { 'content-type': FORM } },
        { method: 'POST', body: form },
      ];
      for (const request of requests) expect(await api(sink, '/sms', request)).toMatchObject({ status: 201 });
      for (const method of ['GET', 'POST'])
        expect(await api(sink, `/sms?${query}`, { method })).toMatchObject({ status: 201, body: { to: TO } });
      const stored = [...sink.store.since(0)].map(({ envelope, raw }) => [envelope.to, raw.toString(), envelope.via]);
      expect(stored).toEqual(Array.from({ length: 5 }, () => [[TO], TEXT, 'sms']));
    });
  }
}

test('the body counts before the query, so that a URL may carry the rest', async ({ sink }) => {
  const body = JSON.stringify({ message: 'from the body' });
  await api(sink, `/sms?to=${encodeURIComponent(TO)}&message=query&sender=ACME`, { method: 'POST', body });
  const [stored] = [...sink.store.since(0)];
  expect([stored?.envelope.from, stored?.raw.toString()]).toEqual(['ACME', 'from the body']);
});

test('a plus that a URL did not encode is understood', async ({ openSms, sink }) => {
  const sms = await openSms();
  await api(sink, `/sms?to=${TO}&text=Code:+482913`);
  expect(await sms.waitForCode()).toBe('482913');
});

test('a GET without a text is an error that names it', async ({ sink }) => {
  const error = expect.stringContaining('GET /sms needs "body". Seen: phone');
  expect(await api(sink, '/sms?phone=1202')).toEqual({ status: 400, body: { error } });
  expect(sink.store.refusalsSince(START)).toHaveLength(1);
});

test('a page of another site cannot send one as the address of a picture', async ({ sink }) => {
  for (const site of ['cross-site', 'same-site']) {
    const headers = { 'sec-fetch-site': site };
    expect(await api(sink, `/sms?to=1&text=x`, { headers })).toMatchObject({ status: 403 });
  }
  expect(sink.store.size.messages).toBe(0);
});
