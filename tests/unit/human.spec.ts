import { expect, test } from '@playwright/test';
import { Webhook } from 'standardwebhooks';
import { humanProblems, readHumanSettings, keyOf } from '../../src/human/settings.ts';
import { sign } from '../../src/human/signature.ts';
import { readCode } from '../../src/human/webhook.ts';
import { readGivenCode, readRequest, shortText } from '../../src/protocol/handoff.ts';
import fc from '../support/property.ts';
import { expectThrown } from '../support/thrown.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const WEBHOOK = 'https://hooks.example/T0K3N';
const NOW = 1_700_000_000_000;
const REQUEST = {
  asks: 'code',
  persona: 'alice',
  requestedBy: '"signs in" in worker 0',
  title: '6-digit code by SMS to •• 42',
  label: 'Code',
  origin: 'https://acme.example',
  expiresAt: NOW + 1000,
} as const;

test('a signature matches the published test vector of Standard Webhooks', () => {
  const key = keyOf(SECRET)!;
  expect(sign(key, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330_000, '{"test": 2432232314}')).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('the official library verifies every signature, and rejects another secret or body', () => {
  fc.assert(
    fc.property(fc.string(), fc.uint8Array({ minLength: 24, maxLength: 64 }), (text, bytes) => {
      const secret = `whsec_${Buffer.from(bytes).toString('base64')}`;
      const body = JSON.stringify({ text });
      const headers = { ...sign(keyOf(secret)!, 'msg_1', Date.now(), body) };
      expect(new Webhook(secret).verify(body, headers)).toEqual({ text });
      expect(() => new Webhook(SECRET).verify(body, headers)).toThrow('No matching signature');
      expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow('No matching signature');
    }),
    { numRuns: 50 },
  );
});

for (const [what, settings, problem] of [
  ['a webhook without TLS', { webhook: 'http://hooks.example' }, 'must be an https URL'],
  ['a webhook that is not a URL', { webhook: 'hooks' }, 'must be an https URL'],
  ['a file', { webhook: 'file:///etc/passwd' }, 'must be an https URL'],
  [
    'a host that only begins like a loopback address',
    { webhook: 'http://127.0.0.1.evil.example' },
    'must be an https URL',
  ],
  ['a secret of one byte', { secret: `whsec_${'A'.repeat(32)}` }, 'must be a Standard Webhooks secret'],
  ['a short secret', { secret: 'whsec_c2hvcnQ=' }, 'must be a Standard Webhooks secret'],
  ['a secret without its prefix', { secret: SECRET.slice(6) }, 'must be a Standard Webhooks secret'],
  ['a timeout of 0', { timeout: 0 }, 'above 0'],
  ['a URL without a scheme', { url: 'tunnel.example' }, '`human.url` must be a URL'],
  ['a misspelled member', { webhok: WEBHOOK }, 'has no member "webhok"'],
] as const) {
  test(`${what} is reported, without a secret`, () => {
    const problems = humanProblems(settings as object);
    expect(problems.join()).toContain(problem);
    expect(problems.join()).not.toContain(SECRET.slice(6));
  });
}

test('https is accepted, and http on localhost', () => {
  for (const webhook of [WEBHOOK, 'http://127.0.0.1:9/hook', 'http://localhost:9', 'http://[::1]:9'])
    expect(humanProblems({ webhook, secret: SECRET, timeout: 1000, url: 'https://tunnel.example/sink' })).toEqual([]);
});

test('settings come from the environment, and the configuration takes precedence', async () => {
  const env = { PLAYWRIGHT_2FA_HUMAN_WEBHOOK: WEBHOOK, PLAYWRIGHT_2FA_HUMAN_SECRET: SECRET };
  expect(readHumanSettings(undefined, {})).toBeUndefined();
  expect(readHumanSettings({}, {})).toEqual({});
  expect(readHumanSettings(undefined, env)).toEqual({ webhook: WEBHOOK, secret: SECRET });
  expect(readHumanSettings({ webhook: 'https://other.example', timeout: 5 }, env)).toEqual({
    webhook: 'https://other.example',
    secret: SECRET,
    timeout: 5,
  });
  const error = await expectThrown(
    () => readHumanSettings({ webhook: WEBHOOK }, {}),
    'SETTINGS_INVALID',
    'human.secret',
  );
  expect(error.message).not.toContain('T0K3N');
});

test('a code is read as people type it', () => {
  expect(readGivenCode(' 012 345 ')).toBe('012345');
  expect(readGivenCode('012-345')).toBe('012345');
  expect(readGivenCode('AbC-d3f')).toBe('AbC-d3f');
  for (const value of ['', '  ', 123_456, null, undefined, {}, ['123456'], 'x'.repeat(65), '12\n34x', '1\u202E2a'])
    expect(readGivenCode(value)).toBeUndefined();
});

test('only short texts without control characters are codes', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const code = readGivenCode(value);
      if (code === undefined) return;
      expect(typeof value).toBe('string');
      expect(code.length).toBeGreaterThan(0);
      expect(code.length).toBeLessThanOrEqual(64);
      expect(code).not.toMatch(/\p{Cc}/u);
    }),
  );
  fc.assert(fc.property(fc.stringMatching(/^\d{4,10}$/), (code) => expect(readGivenCode(code)).toBe(code)));
});

test('a webhook response is a code, an acknowledgment or HUMAN_UNREACHABLE, and never another exception', () => {
  expect(readCode('{"code":"012 345"}')).toBe('012345');
  for (const answer of ['', 'ok', '<html>', '[]', 'null', '"123456"', '{"ok":true}', '123456'])
    expect(readCode(answer)).toBeUndefined();
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (answer) => {
      try {
        expect(readCode(answer)).toBe(readGivenCode(readCode(answer)));
      } catch (error) {
        expect(error).toMatchObject({ code: 'HUMAN_UNREACHABLE' });
      }
    }),
  );
});

for (const answer of ['{"code":123456}', '{"code":""}', '{"code":null}', `{"code":"${'1'.repeat(65)}"}`]) {
  test(`the error for the webhook response ${answer.slice(0, 30)} says what a code is`, async () => {
    const error = await expectThrown(() => readCode(answer), 'HUMAN_UNREACHABLE', 'must be a string');
    expect(error.message).not.toContain('123456');
  });
}

test('a request keeps its known members only', () => {
  expect(readRequest({ ...REQUEST, more: 'x' }, NOW)).toEqual(REQUEST);
  expect(readRequest({ ...REQUEST, destination: '•• 42' }, NOW)).toEqual({ ...REQUEST, destination: '•• 42' });
  expect(readRequest({ ...REQUEST, charset: 'digits' }, NOW)).toEqual({ ...REQUEST, charset: 'digits' });
  for (const wrong of [
    { asks: 'password' },
    { title: 7 },
    { title: 'x'.repeat(301) },
    { label: 'a\nb' },
    { requestedBy: 'a\u202Eb' },
    { destination: null },
    { charset: 'emoji' },
    { expiresAt: NOW },
    { expiresAt: NaN },
    { expiresAt: NOW + 2 * 86_400_000 },
    { origin: undefined },
  ])
    expect(readRequest({ ...REQUEST, ...wrong }, NOW)).toBeUndefined();
});

test('whatever a page says, it can stand in a request', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 1000 }), (text) => {
      expect(readRequest({ ...REQUEST, title: shortText(text) }, NOW)).toBeDefined();
    }),
  );
  fc.assert(fc.property(fc.anything(), (value) => void readRequest(value, NOW)));
});
