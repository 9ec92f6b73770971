import { sayHttp, upgradeLines } from '../support/raw-http.ts';
import {
  ALICE,
  ALICE_NUMBER as NUMBER,
  BOB,
  api,
  expect,
  postSms,
  sendMail,
  test as base,
} from '../support/sink-test.ts';

/** The sink stores a mail to Alice and Bob, an SMS, and another mail to Alice. */
const test = base.extend<{ idOf: (seq: number) => string }>({
  sink: async ({ startSink }, use) => {
    const sink = await startSink();
    await sendMail(sink, { to: [ALICE, BOB], subject: 'one', text: 'first' });
    await postSms(sink, { body: 'Your code is 123456' });
    await sendMail(sink, {
      to: 'Alice@Persona.TEST',
      subject: 'two',
      html: '<p>Open <a href="https://acme.example/v">this</a></p>',
    });
    await use(sink);
  },
  idOf: async ({ sink }, use) => use((seq) => `${sink.store.instance}-${seq}`),
});

test.describe('the list', () => {
  for (const [query, seqs] of [
    ['', [1, 2, 3]],
    ['?since=1', [2, 3]],
    ['?since=3', []],
    ['?since=nonsense', [1, 2, 3]],
    ['?limit=2', [2, 3]],
    ['?limit=0', [1, 2, 3]],
    [`?to=${encodeURIComponent(ALICE)}`, [1, 3]],
    [`?to=${encodeURIComponent('"ALICE"@persona.test')}`, [1, 3]],
    [`?to=${encodeURIComponent(ALICE)}&since=1`, [3]],
    [`?to=${encodeURIComponent(NUMBER)}`, [2]],
    [`?to=${encodeURIComponent('+1 (202) 555-0143')}`, [2]],
    ['?to=carol@persona.test', []],
  ] as const) {
    test(`${query || 'without a query'} returns ${seqs.join(', ') || 'nothing'}`, async ({ sink }) => {
      const messages = seqs.map((seq) => expect.objectContaining({ seq }));
      expect((await api(sink, `/api/messages${query}`)).body).toEqual({ mark: sink.store.mark(), messages });
    });
  }

  test('contains sender, recipients, time and subject, but no content', async ({ idOf, sink }) => {
    const { body } = await api(sink, '/api/messages?since=1');
    expect((body as { messages: object[] }).messages).toEqual([
      {
        id: idOf(2),
        seq: 2,
        kind: 'sms',
        from: 'ACME',
        to: [NUMBER],
        subject: '',
        size: 19,
        via: 'sms',
        receivedAt: expect.stringMatching(/^\d{4}-.*Z$/),
        claims: [],
      },
      expect.objectContaining({ id: idOf(3), seq: 3, kind: 'email', subject: 'two' }),
    ]);
  });
});

test.describe('one message', () => {
  test('is decoded', async ({ idOf, sink }) => {
    const { status, body } = await api(sink, `/api/messages/${idOf(3)}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: idOf(3),
      seq: 3,
      from: 'no-reply@acme.example',
      to: [ALICE],
      subject: 'two',
      text: 'Open this',
      links: [{ href: 'https://acme.example/v', text: 'this' }],
    });
  });

  test('is available byte for byte, with CRLF line ends', async ({ sink }) => {
    const raw = 'Subject: raw\nX-Odd:  two  blanks \nContent-Type: text/plain; charset=latin1\n\n.dot\n\ttab \xff\n';
    await sendMail(sink, { envelope: { from: 'a@acme.example', to: ALICE }, raw: Buffer.from(raw, 'latin1') });
    const response = await fetch(`${sink.url}/api/messages/${sink.store.instance}-4/raw`);
    expect(response.headers.get('content-type')).toBe('message/rfc822');
    expect(response.headers.get('content-disposition')).toContain('.eml"');
    expect(Buffer.from(await response.arrayBuffer()).toString('latin1')).toBe(raw.replaceAll('\n', '\r\n'));
  });

  test('is plain text if it is an SMS', async ({ idOf, sink }) => {
    const response = await fetch(`${sink.url}/api/messages/${idOf(2)}/raw`);
    expect([response.headers.get('content-type'), await response.text()]).toEqual([
      'text/plain; charset=utf-8',
      'Your code is 123456',
    ]);
  });

  test('is deleted alone', async ({ idOf, sink }) => {
    expect(await api(sink, `/api/messages/${idOf(1)}`, { method: 'DELETE' })).toEqual({
      status: 200,
      body: { deleted: 1 },
    });
    expect([...sink.store.since(0)].map(({ envelope }) => envelope.seq)).toEqual([2, 3]);
  });

  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/raw'],
    ['DELETE', ''],
  ] as const) {
    test(`that does not exist is a 404: ${method} ${path || 'itself'}`, async ({ idOf, sink }) => {
      for (const id of [idOf(99), 'another-1', 'x']) {
        const error = expect.stringMatching(new RegExp(`"${id}".*10000 messages.*holds 3`));
        expect(await api(sink, `/api/messages/${id}${path}`, { method })).toEqual({ status: 404, body: { error } });
      }
    });
  }
});

test('all messages are deleted, or those to one address', async ({ sink }) => {
  expect(await api(sink, `/api/messages?to=${encodeURIComponent(ALICE)}`, { method: 'DELETE' })).toMatchObject({
    body: { deleted: 2 },
  });
  expect(sink.store.size.messages).toBe(1);
  expect(await api(sink, '/api/messages', { method: 'DELETE' })).toMatchObject({ body: { deleted: 1 } });
  expect(sink.store.size).toEqual({ messages: 0, bytes: 0 });
});

test('an empty or misspelled recipient deletes nothing', async ({ sink }) => {
  const { messages } = sink.store.size;
  for (const query of ['?to=', '?To=alice', '?to=&since=1'])
    expect(await api(sink, `/api/messages${query}`, { method: 'DELETE' })).toMatchObject({ status: 400 });
  expect(sink.store.size.messages).toBe(messages);
  const { body } = await api(sink, '/api/messages?limit=-1');
  expect((body as { messages: unknown[] }).messages).toHaveLength(1);
});

test('a body over the limit is refused', async ({ sink }) => {
  const answer = await postSms(sink, { body: 'x'.repeat(70_000) });
  expect(answer).toEqual({ status: 413, body: { error: expect.stringContaining('65536 bytes') } });
  expect(sink.store.size.messages).toBe(3);
});

test('an unknown route is a 404', async ({ sink }) => {
  expect(await api(sink, '/api/nothing')).toEqual({
    status: 404,
    body: { error: 'The sink has no route GET /api/nothing.' },
  });
});

test.describe('a foreign page in a browser on this machine cannot read', () => {
  const foreign = {
    'by a foreign origin': ['Host: localhost', 'Origin: https://evil.example'],
    'by a foreign host name': ['Host: evil.example'],
  };
  for (const [name, lines] of Object.entries(foreign)) {
    for (const path of ['/api/messages', '/api/health', '/sms']) {
      test(`${name}, at ${path}`, async ({ sink }) => {
        const { socket, answer } = await sayHttp(sink.httpPort, `GET ${path} HTTP/1.1`, ...lines);
        expect(answer).toMatch(/^HTTP\/1\.1 403/);
        expect(answer).not.toMatch(/alice|access-control-allow/i);
        socket.destroy();
      });
    }

    test(`${name}, from the stream`, async ({ sink }) => {
      const [first = '', , ...rest] = upgradeLines('/api/stream', '');
      const { socket, answer } = await sayHttp(sink.httpPort, first, ...lines, ...rest);
      expect(answer).toMatch(/^HTTP\/1\.1 403/);
      socket.destroy();
    });
  }
});

test('a sink with a token requires it of every client', async ({ startSink }) => {
  const sink = await startSink({ token: 'let-me-in' });
  expect((await api(sink, '/api/messages')).status).toBe(401);
  expect((await api(sink, '/api/messages', { headers: { authorization: 'Bearer let-me-in' } })).status).toBe(200);
});
