import { expect, test } from '@playwright/test';
import type { TwoFactorError } from '../../src/core/errors.ts';
import type { Message } from '../../src/message/message.ts';
import { type RejectedMessage, type TimedOutWait, explainTimeout } from '../../src/inbox/timeout-report.ts';
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
  readonly seen?: Partial<SourceSightings> | Error | 'never'; // an Error: it cannot be asked
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
  const error = await explainTimeout({ what: 'code', watch, waited: 20_040, cutShort: false, misses: [], ...wait });
  expect(error).toMatchObject({ name: 'TwoFactorError', code: 'CODE_TIMEOUT' });
  return error;
}

function miss(message: Message, reason = 'it is older'): RejectedMessage {
  return { message, reason };
}

test('a wait in vain tells the address, what came, what the source saw, and what to try', async () => {
  const misses = [miss(MAIL, 'already taken by an earlier wait'), miss({ ...MAIL, subject: 'News' }, 'no code in it')];
  const seen = { sessions: 3, openSessions: 1, refusals: ['552 too large'], others: { count: 1, newest: [TO_BOB] } };
  expect(await explain({ misses, seen })).toBe(
    [
      'No code came for alice@persona.test in 20.0 s.',
      '2 messages came and were not taken:',
      '  - "Sign in to Acme" from no-reply@acme.example at 03:04:05.678: already taken by an earlier wait',
      '  - "News" from no-reply@acme.example at 03:04:05.678: no code in it',
      'The sink saw 3 SMTP connections in that time, 1 still open.',
      'It refused:',
      '  - 552 too large',
      '1 message went to other addresses, the newest:',
      '  - "Welcome 4••••3" to bob@persona.test from no-reply@acme.example',
      'Next: if one of them is the right one, say how to read it: `pattern` for a code, ' +
        '`text` or `host` for a link; else loosen the filter.',
    ].join('\n'),
  );
});

test.describe('it tells', () => {
  for (const [what, wait, line] of [
    ['what was waited for', { what: 'link' }, 'No link came for alice@persona.test in 20.0 s.'],
    [
      'that the test was over before the wait',
      { cutShort: true, waited: 900 },
      'No code came for alice@persona.test in 0.9 s, when the time of the test was up.',
    ],
    ['that nothing came', {}, 'No message came to this address in that time.'],
    ['that one message came', { misses: [miss(MAIL)] }, '1 message came and was not taken:'],
    ['an SMS by its sender', { kind: 'sms', misses: [miss(SMS)] }, '  - SMS from ACME at 03:04:05.678: it is older'],
    [
      'an SMS of nobody',
      { kind: 'sms', misses: [miss({ ...SMS, from: '' })] },
      '  - SMS from nobody at 03:04:05.678: it is older',
    ],
    ['that nobody called', { seen: { sessions: 0 } }, 'The sink saw 0 SMTP connections in that time.'],
    ['that one called', { seen: { sessions: 1 } }, 'The sink saw 1 SMTP connection in that time.'],
    [
      'that one is still sending',
      { seen: { openSessions: 1 } },
      'The sink saw 1 SMTP connection in that time, 1 still open.',
    ],
    [
      'each refusal',
      { seen: { refusals: ['552 too large', '421 too many'] } },
      'It refused:\n  - 552 too large\n  - 421 too many',
    ],
    [
      'how many went elsewhere',
      { seen: { others: { count: 7, newest: [TO_BOB] } } },
      '7 messages went to other addresses, the newest:\n  - "Welcome 4••••3" to bob@persona.test from no-reply@acme.example',
    ],
    [
      'those without subject and sender',
      { seen: { others: { count: 1, newest: [{ ...TO_BOB, subject: '', from: '' }] } } },
      '\n  - to bob@persona.test from nobody\n',
    ],
    [
      'what was pushed out',
      { seen: { evicted: { count: 1, toAddress: 0, cap: '5 messages or 1 MiB' } } },
      'The sink pushed out 1 old message; it holds 5 messages or 1 MiB.',
    ],
    [
      'what of it was its own',
      { seen: { evicted: { count: 9, toAddress: 2, cap: '5 messages or 1 MiB' } } },
      'pushed out 9 old messages, 2 of them to this address; it holds',
    ],
    [
      'that the source was started anew',
      { seen: { restarted: true } },
      'The sink was started anew in the meantime; what it held before is gone.',
    ],
    [
      'why the source could not be asked',
      { seen: new Error('it hung up\nat once') },
      'The sink could not be asked what else it saw: it hung up\n',
    ],
    [
      'that the source takes longer to say than the test has left',
      { seen: 'never', cutShort: true },
      'The sink could not be asked what else it saw: no answer within 0.7 s\n',
    ],
  ] as const satisfies readonly (readonly [string, Case, string])[]) {
    test(what, async () => {
      expect(await explain(wait)).toContain(line);
    });
  }

  test('nothing of what did not happen', async () => {
    expect((await explain({})).split('\n').slice(1, -1)).toEqual([
      'No message came to this address in that time.',
      'The sink saw 1 SMTP connection in that time.',
    ]);
  });

  test('nothing of SMTP to who waits for an SMS', async () => {
    expect(await explain({ kind: 'sms', seen: { openSessions: 1 } })).not.toContain('SMTP');
  });
});

test.describe('it advises', () => {
  const others = { count: 1, newest: [TO_BOB] };
  const evicted = { count: 9, toAddress: 2, cap: '5 messages or 1 MiB' };
  for (const [when, wait, advice] of [
    [
      'when a message was filtered out',
      { what: 'message', misses: [miss(MAIL)] },
      'loosen the filter, or wait for one of these',
    ],
    ['when a code was not found', { misses: [miss(MAIL)] }, '`pattern` for a code'],
    ['when a link was not found', { what: 'link', misses: [miss(MAIL)] }, '`text` or `host` for a link'],
    ['when the source is gone', { seen: new Error('gone') }, 'whether the sink is still running'],
    [
      'when a mail was refused',
      { seen: { refusals: ['552 too large'], others, evicted } },
      'mend what the sink refused',
    ],
    ['when its own were pushed out', { seen: { evicted, others } }, '--max-messages and --max-bytes'],
    [
      'when only others’ were pushed out',
      { seen: { evicted: { ...evicted, toAddress: 0 }, others } },
      'given the address alice@persona.test',
    ],
    ['when mail went elsewhere', { seen: { others, sessions: 0 } }, 'given the address alice@persona.test'],
    ['when no SMS came', { kind: 'sms', seen: { sessions: 0 } }, 'POST /sms, or Twilio'],
    ['when a mail is on its way', { seen: { openSessions: 1 } }, 'a mail is still on its way'],
    ['when nobody called', { seen: { sessions: 0 } }, 'send its mail to 127.0.0.1:1025'],
    ['when the time of the test was up', { cutShort: true }, 'raise the time-out of the test'],
    ['when all else is ruled out', {}, 'in the log of the application whether it sent the message'],
  ] as const satisfies readonly (readonly [string, Case, string])[]) {
    test(when, async () => {
      const lines = (await explain(wait)).split('\n');
      expect(lines.at(-1)).toMatch(/^Next: \S/);
      expect(lines.at(-1)).toContain(advice);
      expect(lines.filter((line) => line.startsWith('Next:'))).toHaveLength(1);
    });
  }

  test('where to send mail, even when the source does not say', async () => {
    const { takesMailAt: _, ...seen } = { ...QUIET, sessions: 0 };
    expect(await explain({ seen: { ...seen, takesMailAt: undefined } as never })).toContain(
      'send its mail to the sink',
    );
  });
});

test('it never tells a code, not even one of a subject', async () => {
  const subject = '135790 is your code';
  const others = { count: 1, newest: [{ ...TO_BOB, subject }] };
  for (const message of [MAIL, SMS, { ...MAIL, subject }, { ...MAIL, subject: 'Code 135 790' }]) {
    expect(await explain({ kind: message.kind, misses: [miss(message)], seen: { others } })).not.toMatch(/135 ?790/);
  }
});

test('tells whose another address is, and does not blame the application for the mail of other tests', async () => {
  const ownerOf = (address: string): string | undefined => (address === TO_BOB.to ? 'persona "bob"' : undefined);
  const text = await explain({ seen: { others: { count: 1, newest: [TO_BOB] } }, ownerOf });
  expect(text).toContain(
    '1 message went to other addresses, the newest:\n  - "Welcome 4••••3" to bob@persona.test from no-reply@acme.example, which is persona "bob"',
  );
  expect(text).not.toContain('was given the address');
  expect(await explain({ seen: { others: { count: 1, newest: [TO_BOB] } } })).toContain('was given the address');
});

test('tells of messages that came before the test', async () => {
  const text = await explain({ seen: { earlier: { count: 3, newest: [TO_BOB] } } });
  expect(text).toContain('3 messages had come to this address before the test began:');
  expect(text).toContain('"Welcome 4••••3" to bob@persona.test from no-reply@acme.example at 03:04:01.000');
  expect(text).toContain('Next: ask the application for the message within the test');
});

for (const [clockOffset, told] of [
  [900, undefined],
  [3200, 'The clock of the sink is 3.2 s ahead of this machine'],
  [-61_000, 'The clock of the sink is 61.0 s behind this machine'],
] as const) {
  test(`a clock that is ${clockOffset} ms ahead is ${told === undefined ? 'no news' : 'told'}`, async () => {
    const text = await explain({ seen: { clockOffset } });
    if (told === undefined) expect(text).not.toContain('clock');
    else expect(text).toContain(told);
  });
}

test('the same as data is in the error, without a code', async () => {
  const seen = { others: { count: 1, newest: [TO_BOB] } };
  const { details } = await errorOf({ misses: [miss(MAIL)], seen, ownerOf: () => 'persona "bob"' });
  expect(details).toMatchObject({
    waitedFor: 'code',
    address: 'alice@persona.test',
    ms: 20_040,
    messages: [{ id: 'a-1', subject: 'Sign in to Acme', from: 'no-reply@acme.example', reason: 'it is older' }],
    source: { sessions: 1, others: { count: 1, newest: [{ to: TO_BOB.to, owner: 'persona "bob"' }] } },
    next: expect.stringContaining('say how to read it'),
  });
  expect(JSON.stringify(details)).not.toMatch(/135790|482913/);
});
