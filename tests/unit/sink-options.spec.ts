import { expect, test } from '@playwright/test';
import { readForward, readForwardRules, readRetention } from '../../src/cli/sink-options.ts';

const VARIABLE = 'PLAYWRIGHT_2FA_FORWARD_TO';

test.afterEach(() => delete process.env[VARIABLE]);

test('the URL of a forwarding says where copies go, and which domains rules may use', () => {
  const problems: string[] = [];
  const url =
    'smtps://q%40a:s3cret%2F@[::1]:2465?to=qa@people.test&to=boss@acme.test&allow=More.Test&from=sink@acme.test';
  process.env[VARIABLE] = url;
  const { password, ...server } = readForward(undefined, problems) ?? {};
  expect([problems, server, password?.reveal()]).toEqual([
    [],
    {
      ...{ host: '::1', port: 2465, isSecure: true, user: 'q@a', from: 'sink@acme.test' },
      to: ['qa@people.test', 'boss@acme.test'],
      domains: ['more.test', 'people.test', 'acme.test'],
    },
    's3cret/',
  ]);
});

test('a forwarding uses the port of submission unless it has another', () => {
  expect(readForward('smtp://mail.acme.test?to=qa@acme.test', [])).toMatchObject({ port: 587, isSecure: false });
  expect(readForward('smtps://mail.acme.test?to=qa@acme.test', [])).toMatchObject({ port: 465, isSecure: true });
  expect(readForward(undefined, [])).toBeUndefined();
});

test('a password in an argument is refused, and not repeated', () => {
  const problems: string[] = [];
  readForward('smtp://qa:Wr0ng-pa55word@mail.acme.test?to=qa@acme.test', problems);
  expect(problems).toEqual([expect.stringContaining('was passed as an argument')]);
  expect(problems.join()).not.toContain('Wr0ng');
});

for (const [url, problem] of [
  ['mail.acme.test:587', 'must be a URL such as'],
  ['http://mail.acme.test?to=qa@acme.test', 'must be a URL such as'],
  ['smtp://mail.acme.test', 'say where copies may go'],
  ['smtp://mail.acme.test?to=qa', '"qa" must be an address'],
  ['smtp://mail.acme.test?to=qa@acme.test%0D%0ADATA', 'must be an address'],
  ['smtp://mail.acme.test?to=qa@acme.test&tls=no', 'no parameter tls'],
] as const)
  test(`a forwarding of ${url} is refused`, () => {
    const problems: string[] = [];
    expect(readForward(url, problems)).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining(problem)]);
  });

test('a rule of forwarding is read from an option, or from the variable', () => {
  const problems: string[] = [];
  const server = readForward('smtp://mail.acme.test?allow=acme.test', problems);
  const [rule] = readForwardRules(['alice@*=alice.smith@acme.test'], server, problems);
  expect(rule).toEqual({ address: 'alice@*', to: ['alice.smith@acme.test'] });
  process.env['PLAYWRIGHT_2FA_FORWARD'] = ' a@b.test=c@acme.test  d=e@b.test=f@acme.test ';
  try {
    expect(readForwardRules(undefined, server, problems).map(({ address }) => address)).toEqual([
      'a@b.test',
      'd=e@b.test',
    ]);
  } finally {
    delete process.env['PLAYWRIGHT_2FA_FORWARD'];
  }
  expect(readForwardRules(undefined, undefined, problems)).toEqual([]);
  expect(problems).toEqual([]);
});

for (const [rule, problem] of [
  ['alice@a.test', 'must be such as'],
  ['alice@a.test=smtp://qa:Wr0ng-pa55word@mail.acme.test', 'must be such as'],
  ['a*b*@a.test=qa@acme.test', 'must be such as'],
  ['=qa@acme.test', 'must be such as'],
  ['alice@a.test=qa@elsewhere.test', 'add allow=elsewhere.test'],
] as const)
  test(`the rule of forwarding ${rule.replace(/:\S+@/, ':…@')} is refused, without the password`, () => {
    const problems: string[] = [];
    readForwardRules([rule], readForward('smtp://mail.acme.test?allow=acme.test', problems), problems);
    expect(problems).toEqual([expect.stringContaining(problem)]);
    expect(problems.join()).not.toContain('Wr0ng');
  });

test('rules without a mail server are refused', () => {
  const problems: string[] = [];
  readForwardRules(['alice@a.test=qa@acme.test'], undefined, problems);
  expect(problems).toEqual([expect.stringContaining('set --forward-to or PLAYWRIGHT_2FA_FORWARD_TO')]);
});

test('a retention is all, claimed, or a time', () => {
  const problems: string[] = [];
  const read = ['all', 'claimed', '90s', '15m', '2h', '1d'].map((text) => readRetention(text, problems));
  expect(read).toEqual(['all', 'claimed', ...[90_000, 900_000, 7_200_000, 86_400_000].map((maxAge) => ({ maxAge }))]);
  expect(problems).toEqual([]);
  for (const wrong of ['', 'forever', '0s', '15', '-1m', '1.5h', '9999d']) readRetention(wrong, problems);
  expect(problems).toHaveLength(7);
});
