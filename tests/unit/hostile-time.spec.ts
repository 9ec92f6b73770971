import { expect, test } from '@playwright/test';
import { rankCodes } from '../../src/codes/rank-code.ts';
import { Guard } from '../../src/sink/guard.ts';
import { cpuTime } from '../support/cpu-time.ts';
import { readRaw, readSms } from '../support/mail.ts';

/** CPU time that a text may take, in milliseconds. In quadratic time, each of these takes seconds. */
const LIMIT = 400;
const SIZE = 60_000;

// The general parser is loaded for the first mail with odd line ends, which takes as much CPU time as all tests of it.
test.beforeAll(async () => {
  rankCodes(await readRaw('From: a@acme.example\r\n\r\nYour code is 482913.\r'));
});

for (const unit of ['\r', '\r ', '\u2028', '\u2029 ', '\n', ' ', '=', '= ', '@a', 'a.', 'a-', '1-'])
  test(`a long run of ${JSON.stringify(unit)} is searched for a code in linear time`, async () => {
    const run = unit.repeat(SIZE / unit.length);
    const head = 'From: a@acme.example\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding';
    const time = await cpuTime(async () => {
      for (const message of [
        await readRaw(`${head}: 8bit\r\n\r\n${run} #1`),
        await readRaw(`${head}: base64\r\n\r\n${run}!`),
        await readSms(`${run.slice(0, 16_000)} #1`),
      ])
        rankCodes(message);
    });
    expect(time).toBeLessThan(LIMIT);
  });

for (const unit of ['Credential=', 'Credential=/', '/11111111', 'Credential=a/11111111/', ',', 'a'])
  test(`a header of Amazon's clients that repeats ${unit} is read in linear time`, async () => {
    const guard = new Guard('127.0.0.1', 'a-token-that-is-long');
    const authorization = `AWS4-HMAC-SHA256 ${unit.repeat(60_000 / unit.length)}`;
    const time = await cpuTime(() => {
      const refusal = guard.refuse({ headers: { authorization, host: '127.0.0.1' }, url: '/' } as never);
      expect(refusal).toMatchObject({ status: 401 });
    });
    expect(time).toBeLessThan(100);
  });

test("a token in the credential of Amazon's clients may have slashes, and needs its scope", () => {
  const guard = new Guard('127.0.0.1', 'a/token/that-is-long');
  const refusalOf = (credential: string): unknown =>
    guard.refuse({
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=00`,
        host: '127.0.0.1',
      },
      url: '/',
    } as never);
  expect(refusalOf('a/token/that-is-long/20261201/us-east-1/ses/aws4_request')).toBeUndefined();
  for (const credential of [
    'a/token/that-is-long',
    'a/token/that-is-long/20261201/us-east-1/aws4_request',
    'a/token/that-is-long/2026/us-east-1/ses/aws4_request',
    'token/that-is-long/20261201/us-east-1/ses/aws4_request',
  ])
    expect(refusalOf(credential)).toMatchObject({ status: 401 });
});
