import { expect, test } from '@playwright/test';
import type { TwoFactorError } from '../../src/core/errors.ts';
import type { Message } from '../../src/message/message.ts';
import type { RejectedMessage, TimedOutWait } from '../../src/waiting/timed-out-wait.ts';
import { explainTimeout } from '../../src/inbox/timeout-report.ts';
import type { SourceSightings, SourceWatch } from '../../src/sources/source.ts';

const QUIET: SourceSightings = {
  sessions: 1,
  openSessions: 0,
  refusals: [],
  now: 0,
  earlier: { count: 0, newest: [] },
  others: { count: 0, newest: [] },
  evicted: { count: 0, toAddress: 0, cap: '10000 messages or 64 MiB' },
  takesMailAt: '127.0.0.1:1025',
};
const TO_BOB = {
  kind: 'email',
  from: 'no-reply@acme.example',
  to: 'bob@persona.test',
  subject: 'Welcome 482913',
  receivedAt: Date.parse('2026-01-02T03:04:01.000Z'),
} as const;
const MAIL: Message = {
  kind: 'email',
  id: 'a-1',
  from: 'no-reply@acme.example',
  to: ['alice@persona.test'],
  subject: 'Sign in to Acme',
  text: 'Your code is 135790.',
  html: '<p>Your code is <b>135790</b>.</p>',
  links: [{ href: 'https://acme.example/sign-in/135790', text: 'Code 135790', before: '135790' }],
  headers: { 'otp-token': '135790' },
  receivedAt: new Date('2026-01-02T03:04:05.678Z'),
};
const SMS: Message = { ...MAIL, kind: 'sms', from: 'ACME', subject: '' };

interface Case extends Partial<Omit<TimedOutWait, 'watch'>> {
  readonly kind?: SourceWatch['kind'];
  readonly seen?: Partial<SourceSightings> | Error | 'never'; // an Error: the source cannot report
}

async function explain(wait: Case): Promise<string> {
  return (await errorOf(wait)).message;
}

async function errorOf({ kind = 'email', seen = {}, ...wait }: Case): Promise<TwoFactorError> {
  const watch: SourceWatch = {
    kind,
    address: kind === 'email' ? 'alice@persona.test' : '+12025552368',
    arrivals: [],
    more: () => Promise.resolve(),
    settled: () => Promise.resolve(),
    sightings: async () => {
      if (seen instanceof Error) throw seen;
      return seen === 'never' ? await new Promise<never>(() => undefined) : { ...QUIET, ...seen };
    },
    close: () => undefined,
  };
  const error = await explainTimeout({ what: 'code', watch, waited: 20_040, cutShort: false, rejected: [], ...wait });
  expect(error).toMatchObject({ name: 'TwoFactorError', code: 'CODE_TIMEOUT' });
  return error;
}

function rejection(message: Message, reason = 'it is older'): RejectedMessage {
  return { message, reason };
}

test('the report has the address, the messages, what else the source saw, and what to try', async () => {
  const rejected = [
    rejection(MAIL, 'already claimed by an earlier wait'),
    rejection({ ...MAIL, subject: 'News' }, 'no code in it'),
  ];
  const seen = { sessions: 3, openSessions: 1, refusals: ['552 too large'], others: { count: 1, newest: [TO_BOB] } };
  expect(await explain({ rejected, seen })).toBe(
    [
      'No code came for alice@persona.test in 20.0 s.',
      '2 messages came but were rejected:',
      '  - "Sign in to Acme" from no-reply@acme.example at 03:04:05.678: already claimed by an earlier wait',
      '  - "News" from no-reply@acme.example at 03:04:05.678: no code in it',
      'The sink saw 3 SMTP connections in that time, 1 still open.',
      'It refused:',
      '  - 552 too large',
      '1 message went to other addresses, the newest:',
      '  - "Welcome 4••••3" to bob@persona.test from no-reply@acme.example',
      'Next: if one of them is the right one, set `pattern` for a code, or `text` or `host` for a link; ' +
        'otherwise loosen the filter.',
    ].join('\n'),
  );
});

test.describe('it has', () => {
  for (const [what, wait, line] of [
    ['the kind of the wait', { what: 'link' }, 'No link came for alice@persona.test in 20.0 s.'],
    [
      'that the test timeout ended the wait',
      { cutShort: true, waited: 900 },
      'No code came for alice@persona.test in 0.9 s; the test timeout left no more time.',
    ],
    ['that no message came', {}, 'No message came to this address in that time.'],
    ['that one message came', { rejected: [rejection(MAIL)] }, '1 message came but was rejected:'],
    [
      'an SMS by its sender',
      { kind: 'sms', rejected: [rejection(SMS)] },
      '  - SMS from ACME at 03:04:05.678: it is older',
    ],
    [
      'an SMS without a sender',
      { kind: 'sms', rejected: [rejection({ ...SMS, from: '' })] },
      '  - SMS from an unknown sender at 03:04:05.678: it is older',
    ],
    ['that there was no connection', { seen: { sessions: 0 } }, 'The sink saw 0 SMTP connections in that time.'],
    ['that there was one connection', { seen: { sessions: 1 } }, 'The sink saw 1 SMTP connection in that time.'],
    [
      'that a connection is still open',
      { seen: { openSessions: 1 } },
      'The sink saw 1 SMTP connection in that time, 1 still open.',
    ],
    [
      'each refusal',
      { seen: { refusals: ['552 too large', '421 too many'] } },
      'It refused:\n  - 552 too large\n  - 421 too many',
    ],
    [
      'the number of messages to other addresses',
      { seen: { others: { count: 7, newest: [TO_BOB] } } },
      '7 messages went to other addresses, the newest:\n  - "Welcome 4••••3" to bob@persona.test from no-reply@acme.example',
    ],
    [
      'other messages without subject and sender',
      { seen: { others: { count: 1, newest: [{ ...TO_BOB, subject: '', from: '' }] } } },
      '\n  - to bob@persona.test from an unknown sender\n',
    ],
    [
      'evicted messages',
      { seen: { evicted: { count: 1, toAddress: 0, cap: '5 messages or 1 MiB' } } },
      'The sink evicted 1 old message; its limit is 5 messages or 1 MiB.',
    ],
    [
      'evicted messages to this address',
      { seen: { evicted: { count: 9, toAddress: 2, cap: '5 messages or 1 MiB' } } },
      'evicted 9 old messages, 2 of them to this address; its limit is',
    ],
    [
      'that the source was restarted',
      { seen: { restarted: true } },
      'The sink was restarted in the meantime; its earlier messages are lost.',
    ],
    [
      'the reason why the source reports nothing',
      { seen: new Error('it hung up\nat once') },
      'The sink could not report what else it saw: it hung up\n',
    ],
    [
      'that the source takes longer to report than the test has left',
      { seen: 'never', cutShort: true },
      'The sink could not report what else it saw: no answer within 0.7 s\n',
    ],
  ] as const satisfies readonly (readonly [string, Case, string])[]) {
    test(what, async () => {
      expect(await explain(wait)).toContain(line);
    });
  }

  test('no line about what did not happen', async () => {
    expect((await explain({})).split('\n').slice(1, -1)).toEqual([
      'No message came to this address in that time.',
      'The sink saw 1 SMTP connection in that time.',
    ]);
  });

  test('no line about SMTP for an SMS', async () => {
    expect(await explain({ kind: 'sms', seen: { openSessions: 1 } })).not.toContain('SMTP');
  });
});

test.describe('it advises', () => {
  const others = { count: 1, newest: [TO_BOB] };
  const evicted = { count: 9, toAddress: 2, cap: '5 messages or 1 MiB' };
  for (const [when, wait, advice] of [
    [
      'when a message was filtered out',
      { what: 'message', rejected: [rejection(MAIL)] },
      'loosen the filter, or wait for one of these',
    ],
    ['when a code was not found', { rejected: [rejection(MAIL)] }, '`pattern` for a code'],
    ['when a link was not found', { what: 'link', rejected: [rejection(MAIL)] }, '`text` or `host` for a link'],
    ['when the source is gone', { seen: new Error('gone') }, 'check that the sink is still running'],
    [
      'when a mail was refused',
      { seen: { refusals: ['552 too large'], others, evicted } },
      'fix the cause of the refusals reported above',
    ],
    ['when messages to this address were evicted', { seen: { evicted, others } }, '--max-messages and --max-bytes'],
    [
      'when only messages to others were evicted',
      { seen: { evicted: { ...evicted, toAddress: 0 }, others } },
      'given the address alice@persona.test',
    ],
    ['when mail went to other addresses', { seen: { others, sessions: 0 } }, 'given the address alice@persona.test'],
    ['when no SMS came', { kind: 'sms', seen: { sessions: 0 } }, 'POST /sms, or Twilio'],
    ['when a mail is being sent', { seen: { openSessions: 1 } }, 'a mail is still being sent'],
    [
      'when there was no connection',
      { seen: { sessions: 0 } },
      'SMTP host and port of the application to 127.0.0.1:1025',
    ],
    ['when the test timeout ended the wait', { cutShort: true }, 'raise the test timeout'],
    ['when all else is ruled out', {}, 'in the log of the application that it sent the message'],
  ] as const satisfies readonly (readonly [string, Case, string])[]) {
    test(when, async () => {
      const lines = (await explain(wait)).split('\n');
      expect(lines.at(-1)).toMatch(/^Next: \S/);
      expect(lines.at(-1)).toContain(advice);
      expect(lines.filter((line) => line.startsWith('Next:'))).toHaveLength(1);
    });
  }

  test('where to send mail, even if the source does not report it', async () => {
    const { takesMailAt: _, ...seen } = { ...QUIET, sessions: 0 };
    expect(await explain({ seen: { ...seen, takesMailAt: undefined } as never })).toContain(
      'SMTP host and port of the application to the sink',
    );
  });
});

test('it never contains a code, not even one from a subject', async () => {
  const subject = '135790 is your code';
  const others = { count: 1, newest: [{ ...TO_BOB, subject }] };
  for (const message of [MAIL, SMS, { ...MAIL, subject }, { ...MAIL, subject: 'Code 135 790' }]) {
    expect(await explain({ kind: message.kind, rejected: [rejection(message)], seen: { others } })).not.toMatch(
      /135 ?790/,
    );
  }
});

test('it names the owners of other addresses, and does not blame the application for the mail of other tests', async () => {
  const ownerOf = (address: string): string | undefined => (address === TO_BOB.to ? 'persona "bob"' : undefined);
  const text = await explain({ seen: { others: { count: 1, newest: [TO_BOB] } }, ownerOf });
  expect(text).toContain(
    '1 message went to other addresses, the newest:\n  - "Welcome 4••••3" to bob@persona.test from no-reply@acme.example, which is persona "bob"',
  );
  expect(text).not.toContain('was given the address');
  expect(await explain({ seen: { others: { count: 1, newest: [TO_BOB] } } })).toContain('was given the address');
});

test('it has the messages that came before the test', async () => {
  const text = await explain({ seen: { earlier: { count: 3, newest: [TO_BOB] } } });
  expect(text).toContain('3 messages had come to this address before the test began:');
  expect(text).toContain('"Welcome 4••••3" to bob@persona.test from no-reply@acme.example at 03:04:01.000');
  expect(text).toContain('Next: request the message within the test');
});

for (const [clockOffset, text] of [
  [900, undefined],
  [3200, 'The clock of the sink is 3.2 s ahead of this machine'],
  [-61_000, 'The clock of the sink is 61.0 s behind this machine'],
] as const) {
  test(`a clock that is ${clockOffset} ms ahead is ${text === undefined ? 'not reported' : 'reported'}`, async () => {
    const report = await explain({ seen: { clockOffset } });
    if (text === undefined) expect(report).not.toContain('clock');
    else expect(report).toContain(text);
  });
}

test('the error has the report as data, without a code', async () => {
  const seen = { others: { count: 1, newest: [TO_BOB] } };
  const { details } = await errorOf({ rejected: [rejection(MAIL)], seen, ownerOf: () => 'persona "bob"' });
  expect(details).toMatchObject({
    waitedFor: 'code',
    address: 'alice@persona.test',
    ms: 20_040,
    messages: [{ id: 'a-1', subject: 'Sign in to Acme', from: 'no-reply@acme.example', reason: 'it is older' }],
    source: { sessions: 1, others: { count: 1, newest: [{ to: TO_BOB.to, owner: 'persona "bob"' }] } },
    next: expect.stringContaining('set `pattern` for a code'),
  });
  expect(JSON.stringify(details)).not.toMatch(/135790|482913/);
});
