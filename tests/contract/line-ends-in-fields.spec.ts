import { ALICE, ALICE_NUMBER, api, expect, test } from '../support/sink-test.ts';

const RAW = 'Subject: Code\r\n\r\nYour code is 482913';

for (const [name, query] of Object.entries({
  'a sender': { to: ALICE, from: 'a@acme.example>\r\nRCPT TO:<eve@acme.example' },
  'a recipient': { to: 'alice@persona.test\r\nBcc: eve@acme.example', from: 'a@acme.example' },
  'a sender with a lone line feed': { to: ALICE, from: 'a@acme.example\nX: y' },
  'a sender with a line separator': { to: ALICE, from: 'a@acme.example\u2028X: y' },
}))
  test(`POST /inbound/mail refuses ${name} with a line end`, async ({ sink }) => {
    const { status, body } = await api(sink, `/inbound/mail?${new URLSearchParams(query).toString()}`, {
      method: 'POST',
      headers: { 'content-type': 'message/rfc822' },
      body: RAW,
    });
    expect(status).toBe(400);
    expect(body).toEqual({
      error: expect.stringMatching(/^POST \/inbound\/mail: The address ".*" has a control character/s),
    });
    expect(sink.store.size.messages).toBe(0);
  });

test('an SES request refuses a destination of a raw mail with a line end', async ({ sink }) => {
  const response = await fetch(new URL('/v2/email/outbound-emails', sink.url), {
    method: 'POST',
    body: JSON.stringify({
      FromEmailAddress: 'a@acme.example\r\nX: y',
      Destination: { ToAddresses: [ALICE] },
      Content: { Raw: { Data: Buffer.from(RAW).toString('base64') } },
    }),
  });
  expect(response.status).toBe(400);
  expect(sink.store.size.messages).toBe(0);
});

for (const [path, fields] of Object.entries({
  '/sms': { to: ALICE_NUMBER, from: 'ACME\r\nX: y', body: 'Your code is 482913' },
  '/2010-04-01/Accounts/AC1/Messages.json': { To: ALICE_NUMBER, From: 'ACME\r\nX: y', Body: 'Your code is 482913' },
  '/inbound/sms': { to: ALICE_NUMBER, from: 'ACME\r\nX: y', body: 'Your code is 482913' },
}))
  test(`a sender of ${path} is one line`, async ({ sink }) => {
    const body = new URLSearchParams(fields);
    expect((await fetch(new URL(path, sink.url), { method: 'POST', body })).ok).toBe(true);
    expect([...sink.store.since(0)].map(({ envelope }) => envelope.from)).toEqual(['ACME  X: y']);
  });
