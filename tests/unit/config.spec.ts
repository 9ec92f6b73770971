import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import type { PlaywrightTestConfig } from '@playwright/test';
import { expect, test as base } from '@playwright/test';
import { withTwoFactor } from '../../fixtures/config.ts';
import { imap } from '../../src/sources/imap.ts';
import { mailpit } from '../../src/sources/mailpit.ts';

const OWN = fileURLToPath(new URL('../../fixtures/reporter.js', import.meta.url));

/** Tests that set the variable `CI` themselves, so that results do not depend on the machine. */
const test = base.extend<{ ci: string | undefined; _environment: void }>({
  ci: [undefined, { option: true }],
  _environment: [
    async ({ ci }, use) => {
      const before = process.env['CI'];
      delete process.env['CI'];
      if (ci !== undefined) process.env['CI'] = ci;
      await use();
      delete process.env['CI'];
      if (before !== undefined) process.env['CI'] = before;
    },
    { auto: true },
  ],
});

const reporters = (reporter: PlaywrightTestConfig['reporter'], options = {}): unknown =>
  withTwoFactor(reporter === undefined ? {} : { reporter }, options).reporter;

test('the reporter comes before the default reporter of Playwright', () => {
  expect(reporters(undefined)).toEqual([[OWN, {}], ['list']]);
});

test.describe('on CI', () => {
  test.use({ ci: '1' });
  test('the reporter comes before the default reporter of Playwright on CI', () => {
    expect(reporters(undefined)).toEqual([[OWN, {}], ['dot']]);
  });
});

test('the reporter comes before one or several other reporters', () => {
  expect(reporters('html')).toEqual([[OWN, {}], ['html']]);
  expect(reporters([['list'], ['html', { open: 'never' }]])).toEqual([
    [OWN, {}],
    ['list'],
    ['html', { open: 'never' }],
  ]);
  expect(reporters([])).toEqual([[OWN, {}]]);
});

test('the reporter occurs once and first, regardless of its previous position and name', () => {
  for (const name of [OWN, 'playwright-2fa/reporter']) {
    expect(reporters([['list'], [name, { failOnLeak: true }], ['html']])).toEqual([
      [OWN, { failOnLeak: true }],
      ['list'],
      ['html'],
    ]);
    expect(reporters(name)).toEqual([[OWN, {}]]);
  }
});

test('existing options of the reporter are kept, but options of withTwoFactor take precedence', () => {
  const redact = { headers: ['X-Tenant'] };
  expect(reporters([[OWN, { failOnLeak: true, redact: { members: ['ssn'] } }]], { redact })).toEqual([
    [OWN, { failOnLeak: true, redact }],
  ]);
  expect(reporters('list', { failOnLeak: false })).toEqual([[OWN, { failOnLeak: false }], ['list']]);
});

test('settings in `use` also apply to the reporter', () => {
  const redact = { members: ['ssn'] };
  expect(withTwoFactor({ use: { twoFactor: { redact } }, reporter: 'list' })).toMatchObject({
    reporter: [[OWN, { redact }], ['list']],
    use: { twoFactor: { redact } },
  });
});

test('without redaction, the reporters are unchanged', () => {
  expect(reporters(undefined, { redact: false })).toBeUndefined();
  expect(reporters('html', { redact: false })).toBe('html');
  expect(reporters([['html']], { redact: false })).toEqual([['html']]);
});

test('applying withTwoFactor twice changes nothing', () => {
  for (const options of [{}, { failOnLeak: true }, { redact: { headers: ['x-a'] } }, { redact: false as const }]) {
    const once = withTwoFactor<object, object>({ reporter: [['list']], testDir: 'e2e' }, options);
    expect(withTwoFactor(once, options)).toEqual(once);
    expect(withTwoFactor(once)).toEqual(once);
  }
});

test('the given configuration is not modified', () => {
  const given = Object.freeze({ reporter: Object.freeze([['list']]) as never, use: Object.freeze({}) });
  withTwoFactor(given, { failOnLeak: true });
  expect(given).toEqual({ reporter: [['list']], use: {} });
});

test.describe('with another source of mail', () => {
  const mail = mailpit();

  test('no sink is started, because its ports may conflict with the source', () => {
    const config = withTwoFactor({}, { mail });
    expect(config.webServer).toBeUndefined();
    expect(config.use?.twoFactor).toEqual({ mail });
    expect(withTwoFactor(config)).toEqual(config);
  });

  test('a sink for SMS is started if its ports are given', () => {
    const config = withTwoFactor({}, { mail, smtpPort: 2525, httpPort: 8125 });
    expect(config.webServer).toMatchObject([{ name: 'playwright-2fa sink' }]);
    expect(config.use?.twoFactor).toEqual({ mail, sinkUrl: 'http://127.0.0.1:8125' });
  });

  test('the options of SMTP are passed to the sink that is started, and to nothing else', () => {
    const config = withTwoFactor({}, { acceptAuth: true, starttls: true });
    expect(config.webServer).toMatchObject([{ command: expect.stringMatching(/ --accept-auth --starttls$/) }]);
    expect(config.use?.twoFactor).toEqual({ sinkUrl: 'http://127.0.0.1:8025' });
  });

  test('the options of messages are passed to the sink that is started, by variables', () => {
    const options = {
      data: "it's here",
      retention: '15m',
      forwardTo: 'smtp://mail.acme.example:25?to=qa@acme.example',
    };
    const config = withTwoFactor({}, options);
    const env = {
      PLAYWRIGHT_2FA_DATA: options.data,
      PLAYWRIGHT_2FA_RETENTION: options.retention,
      PLAYWRIGHT_2FA_FORWARD_TO: options.forwardTo,
    };
    expect(config.webServer).toMatchObject([{ command: expect.not.stringContaining('here'), env }]);
    expect(config.use?.twoFactor).toEqual({ sinkUrl: 'http://127.0.0.1:8025' });
  });

  test('a persona with forwardTo is a rule of the sink, if both addresses are written out', () => {
    const personas = {
      alice: { email: 'alice@a.test', forwardTo: 'alice.smith@acme.test' },
      bob: { email: 'op://QA/bob/email', forwardTo: 'bob@acme.test' },
      carol: { email: 'carol@a.test', forwardTo: 'qa@acme.test x@y.test=z@acme.test' },
      dora: { email: 'dora@a.test', forwardTo: 'qa@acme.test' },
    } as const;
    const env = {
      PLAYWRIGHT_2FA_FORWARD: 'alice@a.test=alice.smith@acme.test dora@a.test=qa@acme.test',
    };
    expect(withTwoFactor({}, { personas }).webServer).toMatchObject([{ env }]);
    const { webServer } = withTwoFactor({}, { personas: { erin: { email: 'erin@a.test' } } });
    expect([webServer].flat()[0]?.env).not.toHaveProperty('PLAYWRIGHT_2FA_FORWARD', expect.any(String));
  });

  test('a password in forwardTo is refused, and not repeated', () => {
    const forwardTo = 'smtp://qa:Mailbox-4711@mail.acme.example';
    expect(() => withTwoFactor({}, { forwardTo })).toThrow(/PLAYWRIGHT_2FA_FORWARD_TO/);
    expect(() => withTwoFactor({}, { forwardTo })).not.toThrow(/4711/);
  });

  test('printed options do not contain the secrets of the source', () => {
    const mail = imap({ host: 'imap.acme.example', user: 'qa@acme.example', password: 'Mailbox-4711' });
    const config = withTwoFactor({}, { mail });
    expect(JSON.stringify(config) + inspect(config, { depth: 20, showHidden: true })).not.toContain('Mailbox-4711');
  });
});
