import { expect, test } from '@playwright/test';
import type { TimedOutWait } from '../../src/waiting/timed-out-wait.ts';
import { explainTimeout } from '../../src/inbox/timeout-report.ts';
import type { OtherMessage } from '../../src/message/message.ts';
import type { SourceSightings, SourceWatch } from '../../src/sources/source.ts';

const QUIET: SourceSightings = {
  ...{ sessions: 1, openSessions: 0, refusals: [], now: 0, takesMailAt: '127.0.0.1:1025' },
  ...{ earlier: { count: 0, newest: [] }, others: { count: 0, newest: [] } },
};
const TO_BOB: OtherMessage = {
  ...{ from: 'no-reply@acme.example', to: 'bob@persona.test', subject: 'Welcome', receivedAt: 0 },
  kind: 'email',
};

interface Case extends Partial<Omit<TimedOutWait, 'watch'>> {
  readonly kind?: SourceWatch['kind'];
  /** Name of a source that is not the sink. */
  readonly source?: string;
  readonly seen?: Partial<SourceSightings>;
}

async function explain({ kind = 'email', source, seen = {}, ...wait }: Case): Promise<string> {
  const watch: SourceWatch = {
    ...{ kind, address: kind === 'email' ? 'alice@persona.test' : '+12025552368', arrivals: [] },
    ...(source === undefined ? {} : { source }),
    more: () => Promise.resolve(),
    settled: () => Promise.resolve(),
    sightings: () => Promise.resolve({ ...QUIET, ...seen }),
    close: () => undefined,
  };
  const error = await explainTimeout({ what: 'code', watch, waited: 20_040, cutShort: false, rejected: [], ...wait });
  return error.message;
}

test('a mail to an address that looks like the one waited for is said to be one', async () => {
  const newest = [{ ...TO_BOB, to: 'alise@persona.test' }, TO_BOB];
  const text = await explain({ seen: { others: { count: 2, newest } } });
  expect(text).toContain('; that address is not alice@persona.test, but one character away');
  expect(text).toContain(
    'Next: check that the application was given the address alice@persona.test. A message went to alise@persona.test, which is one character away.',
  );
  expect(text).not.toMatch(/to bob@persona\.test.*that address/);
});

test('an address of another persona of the suite is not called a look-alike', async () => {
  const newest = [{ ...TO_BOB, to: 'alise@persona.test' }];
  const text = await explain({ seen: { others: { count: 1, newest } }, ownerOf: () => 'persona "alise"' });
  expect(text).not.toContain('one character away');
});

test('among the recipients of one mail, the look-alike is named', async () => {
  const newest = [{ ...TO_BOB, to: 'bob@persona.test, alice+x@persona.test' }];
  const text = await explain({ seen: { others: { count: 1, newest } } });
  expect(text).toContain(
    'A message went to alice+x@persona.test, which is the same but for the tag after the plus sign.',
  );
});

const SMTP_SETTINGS = /SMTP host|log of the application|POST \/sms/;

for (const [name, wait, told] of [
  ['the sink heard nothing', { seen: { sessions: 0 } }, '`mail: imap({ … })`'],
  [
    'the sink heard others',
    { seen: { sessions: 2 } },
    'check on https://shop.acme.com that it sends to alice@persona.test',
  ],
  [
    'another source',
    { source: 'the mailbox', seen: { asked: { times: 3, faults: 0 } } },
    'at the mailbox that the message did not end as spam',
  ],
  ['no SMS came', { kind: 'sms', seen: {} }, '`sms: twilio({ … })`'],
] as const) {
  test(`a site of somebody else is not told of SMTP settings: ${name}`, async () => {
    const text = await explain({ ...wait, foreignSite: 'https://shop.acme.com' });
    expect(text.slice(text.indexOf('Next: '))).toContain(told);
    expect(text).not.toMatch(SMTP_SETTINGS);
    expect(await explain(wait)).toMatch(/application/);
  });
}

test('a job is not told of tests', async () => {
  const earlier = { count: 1, newest: [{ ...TO_BOB, to: 'alice@persona.test' }] };
  const cases: Partial<SourceSightings>[] = [{ earlier }, { sessions: 0 }, { asked: { times: 3, faults: 0 } }];
  for (const seen of cases) {
    const text = await explain({ seen, caller: 'job' });
    expect(text).not.toMatch(/(?<!\.)\btests?\b/);
  }
  expect(await explain({ seen: { earlier }, caller: 'job' })).toContain('before the persona was opened');
  expect(await explain({ seen: { sessions: 0 }, caller: 'job' })).toContain('`mail: imap({ … })`');
});
