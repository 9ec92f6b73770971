import { expect, test } from '@playwright/test';
import fc from '../support/property.ts';
import type { Envelope } from '../../src/message/message.ts';
import { decodeArrival, encodeArrival } from '../../src/protocol/push.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '\n', 'a\nb', '\r\n', '\u2028', '\ud800', '"', '}\n{', 'Zoë <zoë@bücher.example>'),
);
const envelope: fc.Arbitrary<Envelope> = fc.record({
  kind: fc.constantFrom('email', 'sms'),
  id: text,
  seq: fc.nat(),
  from: text,
  to: fc.array(text, { maxLength: 5 }),
  receivedAt: fc.nat(),
  size: fc.nat(),
});
const ANY: Envelope = { kind: 'email', id: 'a-1', seq: 1, from: 'b', to: ['a@persona.test'], receivedAt: 0, size: 0 };

test('decoding a frame restores the message byte for byte', () => {
  fc.assert(
    fc.property(envelope, fc.uint8Array({ maxLength: 200 }), (envelope, bytes) => {
      const arrival = decodeArrival(encodeArrival(envelope, bytes));
      expect(arrival.envelope).toEqual(envelope);
      expect(arrival.raw.equals(bytes)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test.describe('a frame preserves a message that', () => {
  for (const [what, raw] of Object.entries({
    'is empty': '',
    'begins with line feeds': '\n\nSubject: hello\r\n',
    'looks like a frame itself': `${JSON.stringify(ANY)}\nSubject: hello\r\n`,
    'contains invalid UTF-8': Buffer.from([0x00, 0x80, 0xff, 0xfe, 0x0a, 0xc3]),
  })) {
    test(what, () => {
      const arrival = decodeArrival(encodeArrival(ANY, Buffer.from(raw)));
      expect(arrival.envelope).toEqual(ANY);
      expect(arrival.raw.equals(Buffer.from(raw))).toBe(true);
    });
  }
});
