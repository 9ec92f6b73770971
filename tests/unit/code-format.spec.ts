import { expect, test } from '@playwright/test';
import { codeFormatProblems, readCodeFormat, withFormat } from '../../src/waiting/code-format.ts';
import { findCode } from '../../src/codes/find-code.ts';
import { readCredentials } from '../../src/persona/credentials.ts';
import { readSms } from '../support/mail.ts';

const ADDRESS = { PERSONA_ALICE_EMAIL: 'alice@acme.test' };

test('a form is read from the configuration and from a variable', () => {
  const configured = readCredentials('alice', {
    personas: { alice: { email: 'alice@acme.test', code: { length: 9, pattern: 'word: (\\w+)' } } },
    env: {},
  });
  expect(configured.code).toEqual({ length: 9, pattern: /word: (\w+)/u });
  const env = { ...ADDRESS, PERSONA_ALICE_CODE: '{"length":8,"charset":"alphanumeric"}' };
  expect(readCredentials('alice', { personas: {}, env }).code).toEqual({ length: 8, charset: 'alphanumeric' });
});

test('all problems of a form are named together', () => {
  expect(codeFormatProblems({ length: 0, charset: 'letters', pattern: '(', size: 6 })).toEqual([
    'has an unknown member "size": it takes length, charset and pattern',
    'has an invalid length: it is an integer from 1 to 64',
    'has an invalid charset: it is "digits" or "alphanumeric"',
    'has an invalid pattern: it is a regular expression',
  ]);
  for (const value of [6, null, [], /\d+/, '6']) expect(codeFormatProblems(value)).toHaveLength(1);
  expect(codeFormatProblems({})).toEqual([]);
  const env = { ...ADDRESS, PERSONA_ALICE_CODE: '8 letters' };
  expect(() => readCredentials('alice', { personas: {}, env })).toThrow('PERSONA_ALICE_CODE must be JSON');
});

test('a wait that states a form of its own keeps it', async () => {
  const format = readCodeFormat({ pattern: /word: (\w+)/ });
  const message = await readSms('Your word: hazelnut. Your code: 482913.');
  expect(findCode(message, withFormat({}, format))).toBe('hazelnut');
  expect(findCode(message, withFormat({ length: 6 }, format))).toBe('482913');
});
