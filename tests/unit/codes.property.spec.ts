import { runInNewContext } from 'node:vm';
import { expect, test } from '@playwright/test';
import fc from '../support/property.ts';
import { TwoFactorError } from '../../src/core/errors.ts';
import { decodeMessage, messageOf } from '../../src/message/decode.ts';
import { findCode } from '../../src/codes/find-code.ts';
import { findLink } from '../../src/codes/find-link.ts';
import type { Envelope, MailParts, Message } from '../../src/message/message.ts';
import { hidden, mail, markup, number, word } from '../support/arbitrary-mail.ts';

const RUNS = { numRuns: 500 };

test.describe('a result occurs in the message', () => {
  test('the code is in the visible text, except for gaps and the script of its digits', () => {
    fc.assert(
      fc.property(mail(), (parts) => {
        const message = mailOf(parts);
        const code = readOrRefused(() => findCode(message));
        fc.pre(code !== undefined);
        expect(withoutGaps(visible(message))).toContain(withoutGaps(code));
      }),
      RUNS,
    );
  });

  test('a code is never a part of a longer run of digits', () => {
    fc.assert(
      fc.property(mail(), (parts) => {
        const message = mailOf(parts);
        const code = readOrRefused(() => findCode(message));
        fc.pre(code !== undefined && /^\d+$/.test(code));
        const whole = new RegExp(String.raw`(?<!\d)${[...code].join(String.raw`[\s\p{Pd}\p{Cf}]*`)}(?!\d)`, 'u');
        expect(plainDigits(visible(message))).toMatch(whole);
      }),
      RUNS,
    );
  });

  test('a hidden number is never the code', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(word(), number(), hidden('80808080')), { minLength: 1, maxLength: 12 }),
        fc.constantFrom('', '<p>Your code is</p>', '<p>Your code is <b>482913</b></p>'),
        (pieces, announcement) => {
          const message = mailOf({ subject: 'Your code', html: announcement + pieces.join(' ') });
          expect(readOrRefused(() => findCode(message))).not.toBe('80808080');
        },
      ),
      RUNS,
    );
  });

  test('a link is one of the links of the message', () => {
    fc.assert(
      fc.property(mail(), (parts) => {
        const message = mailOf(parts);
        const link = readOrRefused(() => findLink(message));
        fc.pre(link !== undefined);
        expect(message.links.map(({ href }) => href)).toContain(link);
      }),
      RUNS,
    );
  });
});

test.describe('any input is read without a fault', () => {
  for (const [name, arbitrary] of Object.entries({
    'of any characters': fc.string({ unit: 'binary', maxLength: 300 }),
    'of unpaired surrogates': fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) }),
    'of grapheme clusters': fc.string({ unit: 'grapheme', maxLength: 200 }),
    'of tags, digits and words': fc.array(markup(), { maxLength: 40 }).map((pieces) => pieces.join('')),
  })) {
    test(`a mail ${name}`, () => {
      fc.assert(
        fc.property(arbitrary, arbitrary, arbitrary, (subject, plain, html) => {
          for (const parts of [{ subject, plain, html }, { plain }, { html }, { subject }]) readAll(mailOf(parts));
        }),
        RUNS,
      );
    });

    test(`an SMS ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(arbitrary, async (text) => {
          readAll(await decodeMessage(envelopeOf('sms'), Buffer.from(text)));
        }),
        RUNS,
      );
    });
  }
});

test.describe('a hostile message costs at most three times as much as a normal one of its size', () => {
  const SIZE = 1024 * 1024;
  const TIMES = 3;
  /** Measurement error, in milliseconds. */
  const FLOOR = 300;
  /** Timeout of a reading, in milliseconds. */
  const TIMEOUT = 8000;
  const NORMAL = {
    plain: `Your code is 482913.\n\n${fill('Hello Tom,\nthank you for your order of two lamps. They left us on 3 March and cost $120.\nSee https://acme.example/help\n\n')}`,
    html: `<p>Your code is <b>482913</b></p>${fill('<table><tr><td style="padding:8px"><p>Thank you for your <b>order</b>. <a href="https://acme.example/help">Help</a></p></td></tr></table>\n')}`,
  };

  test('a mail of 1 MB that is nearly all markup is read to its end', () => {
    const row = `<tr><td style="${'font-family:Arial,sans-serif;'.repeat(30)}">Our lamps light homes.</td></tr>`;
    const html = `<table>${fill(row)}</table><p>Your code is <b>482913</b></p>`;
    expect(findCode(mailOf({ html }))).toBe('482913');
  });

  for (const [form, text] of Object.entries(NORMAL)) {
    test(`a normal mail of 1 MB as ${form} is read within two seconds`, () => {
      expect(time({ [form]: text })).toBeLessThan(2000);
      expect(findCode(mailOf({ [form]: text }))).toBe('482913');
    });
  }

  for (const [name, text] of Object.entries({
    'the word for code again and again': fill('code '),
    'the word for code and a colon again and again': fill('code:'),
    'a Chinese word for code again and again': fill('验证码'),
    'one long run of digits': fill('7'),
    'one long run of Arabic digits': fill('٣'),
    'digits one by one': fill('1 2 3 4 '),
    'letters and digits joined by hyphens': fill('a1-'),
    'digits joined by hyphens': fill('12-34-'),
    'numbers, each on its line': count((index) => `${100_000 + index}\n`),
    'many codes, each announced': count((index) => `Your code is ${100_000 + index}. `),
    'many codes of letters and digits': count((index) => `K${index.toString(36).toUpperCase()}7 `),
    'beginnings of links': fill('<a href='),
    'addresses without a gap': fill('http://'),
    'addresses with numbers': count((index) => `https://acme.example/verify?token=${index} `),
    'declared codes': fill('@acme.example #1 '),
    'blanks between word and code': `Your code is${fill(' ')}482913`,
    'opening brackets': fill('【'),
    'one long word': fill('X'),
    'mail addresses without a gap': fill('a.b@'),
  } satisfies Record<string, string>)) {
    test(`in the text: ${name}`, () => expectBounded('plain', text));
    test(`in the HTML: ${name}`, () => expectBounded('html', `<p>${text}</p>`));
  }

  for (const [name, html] of Object.entries({
    'elements 100 000 deep': `${'<div>'.repeat(100_000)}482913`,
    'elements 100 000 deep that end': `${'<b>'.repeat(100_000)}482913${'</b>'.repeat(100_000)}`,
    'tables 30 000 deep': `${'<table><tr><td>'.repeat(30_000)}482913`,
    'hidden elements that never end': fill('<div style="display:none">code 1'),
    'many links that ask to be followed': count(
      (index) => `<a href="https://acme.example/verify?token=${index}">Verify</a>\n`,
    ),
    'comments for Outlook': fill('<!--[if mso]>'),
  } satisfies Record<string, string>)) {
    test(`as HTML: ${name}`, () => expectBounded('html', html));
  }

  function expectBounded(form: keyof typeof NORMAL, text: string): void {
    const allowed = Math.max(FLOOR, TIMES * time({ [form]: NORMAL[form] }));
    expect(Math.round(time({ [form]: text }))).toBeLessThanOrEqual(Math.round(allowed));
  }

  /** Returns the best of three readings, in milliseconds of CPU time; `Infinity` if one timed out. */
  function time(parts: MailParts): number {
    let best = Infinity;
    for (let run = 0; run < 3; run++) {
      const start = process.cpuUsage();
      try {
        // A regular expression may never end and block the worker; the context interrupts it.
        runInNewContext('work()', { work: () => readAll(mailOf(parts)) }, { timeout: TIMEOUT });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
        return Infinity;
      }
      const { user, system } = process.cpuUsage(start);
      best = Math.min(best, (user + system) / 1000);
    }
    return best;
  }

  function fill(piece: string): string {
    return piece.repeat(Math.ceil(SIZE / piece.length));
  }

  function count(piece: (index: number) => string): string {
    let text = '';
    for (let index = 0; text.length < SIZE; index++) text += piece(index);
    return text;
  }
});

function envelopeOf(kind: 'sms' | 'email'): Envelope {
  return { kind, id: '1', seq: 1, from: 'a@acme.example', to: ['b@persona.test'], receivedAt: 0, size: 1 };
}

function mailOf(parts: MailParts): Message {
  return messageOf(envelopeOf('email'), { from: 'a@acme.example', ...parts });
}

function readAll(message: Message): void {
  readOrRefused(() => findCode(message));
  readOrRefused(() => findLink(message));
}

/** Returns the result of a reading, or undefined for an error of the package. Any other error is a fault. */
function readOrRefused(read: () => string): string | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof TwoFactorError) return undefined;
    throw error;
  }
}

/** Returns the subject and both texts of a mail, as a browser and a mail program without HTML show them. */
function visible({ subject, text, plain = '' }: Message): string {
  return `${subject}\n${text}\n\n${plain}`;
}

function withoutGaps(text: string): string {
  return plainDigits(text).replace(/[\s\p{Pd}\p{Cf}]/gu, '');
}

/** Replaces the digits of all scripts by 0 to 9. */
function plainDigits(text: string): string {
  return text.normalize('NFKC').replace(/\p{Nd}/gu, (digit) => {
    let zero = digit.codePointAt(0)!;
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero--;
    return String((digit.codePointAt(0)! - zero) % 10);
  });
}
