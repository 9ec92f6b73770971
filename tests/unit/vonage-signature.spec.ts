import { createHash } from 'node:crypto';
import { expect, test as base } from '@playwright/test';
import { Secret } from '../../src/secret/secret.ts';
import { isSignedByVonage } from '../../src/sink/signatures.ts';

/** Test vectors of Vonage's official Python library. */
const FIELDS = { a: '1', b: '2', timestamp: '1461605396' };
const VECTORS = {
  'MD5 hash': '6af838ef94998832dbfc29020b564830',
  'MD5 HMAC': 'c15c21ced558c93a226c305f58f902f2',
  'SHA-1 HMAC': '3e19a4e6880fdc2c1426bfd0587c98b9532f0210',
  'SHA-256 HMAC': 'a321e824b9b816be7c3f28859a31749a098713d39f613c80d455bbaffae1cd24',
  'SHA-512 HMAC':
    '812a18f76680fa0fe1b8bd9ee1625466ceb1bd96242e4d050d2cfd9a7b40166c63ed26ec9702168781b6edcf1633db8ff95af9341701004eec3fcf9550572ee8',
};

const test = base.extend<{ setClock: (seconds: number) => void }>({
  setClock: async ({}, use) => {
    const { now } = Date;
    await use((seconds) => (Date.now = () => seconds * 1000));
    Date.now = now;
  },
});

async function isSigned(fields: object, secret = 'secret'): Promise<boolean> {
  const [url, body] = [new URL('http://127.0.0.1/inbound/vonage'), JSON.stringify(fields)];
  const signed = { url, body, fields: fields as Record<string, unknown>, header: () => undefined };
  return await isSignedByVonage(signed, new Secret('sink/vonage', secret));
}

for (const [algorithm, sig] of Object.entries(VECTORS)) {
  test(`a signature by ${algorithm} is verified`, async ({ setClock }) => {
    setClock(1_461_605_400);
    expect(await isSigned({ ...FIELDS, sig })).toBe(true);
    expect(await isSigned({ ...FIELDS, sig: sig.toUpperCase() })).toBe(true);
    for (const wrong of [
      { ...FIELDS, b: '3', sig },
      { ...FIELDS, c: '', sig },
      { ...FIELDS, sig: sig.slice(1) },
    ])
      expect(await isSigned(wrong)).toBe(false);
    expect(await isSigned({ ...FIELDS, sig }, 'another')).toBe(false);
    setClock(1_461_609_000);
    expect(await isSigned({ ...FIELDS, sig })).toBe(false);
  });
}

test('a value that looks like two fields is signed as one', async ({ setClock }) => {
  setClock(1_461_605_400);
  const sig = createHash('md5').update('&text=1_a_2&timestamp=1461605396secret').digest('hex');
  expect(await isSigned({ text: '1&a=2', timestamp: 1_461_605_396, sig })).toBe(true);
});

test('an invalid signature is refused', async ({ setClock }) => {
  setClock(1_461_605_400);
  for (const sig of ['', 'xxx', 7, null, {}, undefined]) expect(await isSigned({ ...FIELDS, sig })).toBe(false);
  expect(await isSigned({})).toBe(false);
});
