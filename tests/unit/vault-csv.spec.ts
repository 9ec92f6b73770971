import { expect, test } from '@playwright/test';
import { TwoFactorError } from '../../src/core/errors.ts';
import { parseCsv } from '../../src/vault/import/csv.ts';
import { cpuTime } from '../support/cpu-time.ts';
import fc from '../support/property.ts';
import { expectThrown } from '../support/thrown.ts';

test.describe('comma-separated values are parsed', () => {
  for (const [name, text, rows] of [
    ['nothing', '', []],
    ['one row', 'a,b', [['a', 'b']]],
    ['rows with either line end', 'a,b\r\nc,d\ne,f\r\n', [['a', 'b'], ['c', 'd'], ['e', 'f']]], // prettier-ignore
    ['empty fields', ',\r\n,,\r\n', [['', ''], ['', '', '']]], // prettier-ignore
    ['a field left empty at the end', 'a,', [['a', '']]],
    ['quotes', '"a ""b""","c,d"', [['a "b"', 'c,d']]],
    ['line ends in quotes', '"a\r\nb","c\nd"', [['a\r\nb', 'c\nd']]],
    ['a byte order mark', '\ufeffa,b', [['a', 'b']]],
    ['a mark within quotes', '\ufeff"a",b', [['a', 'b']]],
    ['without empty lines', '\r\na\n\n\nb\n', [['a'], ['b']]],
    ['an empty field in quotes', '""', [['']]],
    ['spaces unchanged', ' a , b ', [[' a ', ' b ']]],
  ] as const) {
    test(name, () => {
      expect(parseCsv(text).map(({ fields }) => fields)).toEqual(rows);
    });
  }

  test('with the line that each row starts on', () => {
    expect(parseCsv('a\r\n"b\n\nc",d\n\ne').map(({ line }) => line)).toEqual([1, 2, 6]);
  });
});

test.describe('a misplaced quote is reported with its line only', () => {
  for (const [text, line] of [
    ['a,b\nc,hunter2"', 'line 2'],
    ['a,"hunter2', 'line 1'],
    ['a\n"hunter2"x', 'line 2'],
    ['a\n"b\nc"hunter2', 'line 3'],
    ['a\rhunter2', 'line 1'],
  ] as const) {
    test(JSON.stringify(text), async () => {
      const { message } = await expectThrown(() => parseCsv(text), 'VAULT_INVALID', line);
      expect(message).not.toContain('hunter2');
    });
  }
});

const field = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', 'a', ' ') }));
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

test('text that follows RFC 4180 is parsed to the same rows', () => {
  const rows = fc.array(fc.array(field, { minLength: 1, maxLength: 5 }), { maxLength: 5 });
  const writer = fc.record({
    end: fc.constantFrom('\r\n', '\n'),
    all: fc.boolean(),
    last: fc.boolean(),
    mark: fc.boolean(),
  });
  fc.assert(
    fc.property(rows, writer, (rows, { end, all, last, mark }) => {
      const needsNoQuotes = (text: string): boolean => !/[",\r\n\ufeff]/.test(text) && text !== '';
      const write = (text: string): string => (!all && needsNoQuotes(text) ? text : quoted(text));
      const lines = rows.map((row) => row.map(write).join(','));
      const text = `${mark ? '\ufeff' : ''}${lines.join(end)}${last ? end : ''}`;
      expect(parseCsv(text).map(({ fields }) => fields)).toEqual(rows);
    }),
  );
});

test('any text is parsed or rejected in linear time', async () => {
  fc.assert(
    fc.property(field, (text) => {
      try {
        parseCsv(text);
      } catch (error) {
        expect(error).toBeInstanceOf(TwoFactorError);
      }
    }),
  );
  const parse = (): void => expect(parseCsv(`"${'""'.repeat(500_000)}"`)[0]?.fields[0]).toHaveLength(500_000);
  expect(await cpuTime(parse)).toBeLessThan(5000);
});
