import { expect, test } from '@playwright/test';
import { foreignSite } from '../../src/inbox/foreign-site.ts';

for (const [origin, application] of [
  [undefined, undefined],
  ['null', undefined],
  ['http://localhost:3000', undefined],
  ['http://app:3000', undefined],
  ['http://127.0.0.1:3000', undefined],
  ['http://192.168.0.7', undefined],
  ['http://172.20.0.2', undefined],
  ['http://[::1]:3000', undefined],
  ['https://shop.acme.test', undefined],
  ['https://acme.example', undefined],
  ['https://app.acme.com', 'https://app.acme.com'],
  ['https://login.acme.com', 'https://app.acme.com'],
] as const) {
  test(`${origin ?? 'no page'} is not foreign${application ? ` to ${application}` : ''}`, () => {
    expect(foreignSite(origin, application)).toBeUndefined();
  });
}

for (const [origin, application] of [
  ['https://github.com', undefined],
  ['https://github.com', 'http://localhost:3000'],
  ['https://id.vendor.co.uk', 'https://acme.co.uk'],
  ['http://172.32.0.2', undefined],
] as const) {
  test(`${origin} is foreign${application ? ` to ${application}` : ''}`, () => {
    expect(foreignSite(origin, application)).toBe(origin);
  });
}
