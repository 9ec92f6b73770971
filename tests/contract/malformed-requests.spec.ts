import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Sink } from '../../src/sink/sink.ts';
import { ALICE, expect, test } from '../support/sink-test.ts';

const DEEP = 100_000;
const LIST = `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`;
const OBJECT = `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

interface Answer {
  readonly status: number | undefined;
  readonly body: unknown;
}

/** Sends a path as it is: `fetch` would refuse or correct it. */
async function post(sink: Sink, path: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const call = request({ port: sink.httpPort, method: 'POST', path, headers }, (response) => {
      json(response).then((value) => resolve({ status: response.statusCode, body: value }), reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}

for (const [name, deep] of Object.entries({ lists: LIST, objects: OBJECT }))
  for (const [path, body] of Object.entries({
    '/emails': `{"from":${deep},"to":${deep},"subject":"x","text":"x"}`,
    '/emails/batch': deep,
    '/email': `{"From":${deep}}`,
    '/v3/mail/send': `{"personalizations":[{"to":${deep}}],"from":{"email":"a@acme.example"}}`,
    '/v3/smtp/email': `{"sender":${deep}}`,
    '/v1/email': `{"from":${deep}}`,
    '/v2/email/outbound-emails': `{"FromEmailAddress":${deep}}`,
    '/v1/messages': `{"to":${deep}}`,
    '/inbound/mail': `{"From":${deep}}`,
  }))
    test(`POST ${path} with ${name} ${DEEP} levels deep is answered as the vendor answers what it cannot read`, async ({
      sink,
    }) => {
      const answer = await post(sink, path, body);
      expect([400, 422]).toContain(answer.status);
      expect(JSON.stringify(answer.body)).toContain('The body is nested more than 100 levels deep');
    });

test('a field of a form that is nested too deeply is refused', async ({ sink }) => {
  const fields = { from: 'a@acme.example', to: ALICE, template: 'x', 't:variables': LIST };
  expect(await post(sink, '/v3/acme.example/messages', new URLSearchParams(fields).toString(), FORM)).toEqual({
    status: 400,
    body: { message: 't:variables parameter is nested more than 100 levels deep' },
  });
});

test('JSON of 100 levels is read', async ({ sink }) => {
  const variables = `${'['.repeat(95)}1${']'.repeat(95)}`;
  const mail = `{"from":"a@acme.example","to":"${ALICE}","subject":"x","text":"x","headers":{"a":${variables}}}`;
  expect((await post(sink, '/emails', mail)).status).toBe(200);
});

test('a malformed percent escape in a path or in a form is read as it is', async ({ sink }) => {
  const form = `from=a%40acme.example&to=${ALICE}&text=100%&subject=%E0%A4%A`;
  expect((await post(sink, '/v3/%/messages', form, FORM)).status).toBe(200);
  for (const path of ['/inbound/%', '/api/handoffs/%/answer', '/v3/%E0%A4%A/messages', '/sms?to=%&from=%C3', '/%'])
    expect((await post(sink, path, '{}')).status).toBeLessThan(500);
});
