import { readFileSync } from 'node:fs';
import { configFile, expect, test } from '../support/run-playwright.ts';

/** Settings of a run with a separate sink, because connections of other tests would delay `toStayEmpty()`. */
const OWN_SINK = 'smtpPort: 0, httpPort: 0';
const SEND = `
const mail = (to: string, subject: string, text: string, html?: string) => createTransport({ port: Number(process.env.PLAYWRIGHT_2FA_SMTP_PORT) }).sendMail({ from: 'no-reply@acme.example', to, subject, text, html });`;
const IMPORTS = `
import { expect, test } from 'playwright-2fa';
import { createRequire } from 'node:module';
const { createTransport } = createRequire('${import.meta.url}')('nodemailer');`;

interface Attachment {
  readonly name: string;
  readonly contentType: string;
  readonly body?: string;
  readonly path?: string;
}

test('expect() reports the messages of an inbox, and a missing message', async ({ runPlaywright }) => {
  const { passed, output } = await runPlaywright({
    'playwright.config.ts': configFile('{ use, workers: 1 }', `{ ${OWN_SINK}, timeout: 700 }`),
    'a.spec.ts': `${IMPORTS}${SEND}
test('passes', async ({ inbox, sms }) => {
  await expect(sms).toStayEmpty();
  await expect(inbox).not.toReceive();
  await mail(inbox.address, 'Welcome', 'Hello');
  await expect(inbox).toReceive({ subject: 'Welcome' });
  await expect(inbox).toReceive({ from: /acme/, predicate: ({ text }) => text.includes('Hello') });
  await expect(inbox).not.toStayEmpty();
  await inbox.waitForMessage();
  await expect(inbox).toStayEmpty();
  await expect(inbox).toReceive({ subject: 'Welcome' });
  await expect(inbox).not.toReceive({ subject: 'Alert' });
});
test('nothing comes', async ({ inbox }) => {
  await mail(inbox.address, 'Welcome', 'Hello');
  await expect(inbox).toReceive({ subject: 'Alert' });
});
test('something comes', async ({ inbox }) => {
  await mail(inbox.address, 'Alert 482913', 'Hello');
  await expect(inbox).toStayEmpty();
});
test('not an inbox', async ({ inbox }) => {
  await expect('inbox' as never).toStayEmpty();
});`,
  });
  expect(passed).toBe(1);
  expect(output).toContain('No message came for nothing-comes.');
  expect(output).toContain('"Welcome" from no-reply@acme.example');
  expect(output).toContain('its subject does not match "Alert"');
  expect(output).toMatch(/Expected no message, received 1:\n\s+- "Alert 4••••3" from no-reply@acme\.example at/);
  expect(output).toContain("> 27 |   await expect('inbox' as never).toStayEmpty();");
  expect(output).toContain('expect(…).toStayEmpty() needs `inbox` or `sms`, but received string.');
});

test('the report of a failed test shows its messages as pictures, and why a wait timed out', async ({
  runPlaywright,
}, testInfo) => {
  const { projectFolder } = await runPlaywright(
    {
      'playwright.config.ts': configFile(
        `{ use, workers: 1, reporter: [['json', { outputFile: 'report.json' }]] }`,
        `{ ${OWN_SINK}, timeout: 500 }`,
      ),
      'a.spec.ts': `${IMPORTS}${SEND}
const CODE = String(241456 * 2 + 1); // not to stand in a line of the report
const HTML = \`<h1 style="color:#c00">Welcome to Acme</h1><p>Your code is <b>\${CODE}</b></p><img src="https://acme.example/logo.png">\`;
test('fails with a browser', async ({ page, inbox }) => {
  await page.goto('about:blank');
  await mail(inbox.address, 'Your code ' + CODE, 'x', HTML);
  await inbox.waitForLink();
});
test('fails without a browser', async ({ inbox }) => {
  await mail(inbox.address, 'Your code ' + CODE, 'Your code is ' + CODE);
  await inbox.waitForLink();
});
test('passes', async ({ inbox }) => {
  await mail(inbox.address, 'Your code ' + CODE, 'Your code is ' + CODE);
  await inbox.waitForCode();
});
test.describe('always', () => {
  test.use({ twoFactor: { attachMessages: 'always' } });
  test('passes, too', async ({ inbox }) => {
    await mail(inbox.address, 'Your code ' + CODE, 'Your code is ' + CODE);
    await inbox.waitForCode();
  });
});`,
    },
    { ownReporters: true },
  );
  const report = JSON.parse(readFileSync(`${projectFolder}/report.json`, 'utf8')) as object;
  const attachments = attachmentsOf(report);
  expect(Object.keys(attachments)).toEqual([
    'fails with a browser',
    'fails without a browser',
    'passes',
    'passes, too',
  ]);
  const [why, picture, mail, reading, ...others] = attachments['fails with a browser'] ?? [];
  expect(others).toEqual([]);
  expect(mail).toMatchObject({ name: 'Your code 4••••3.eml', contentType: 'message/rfc822' });
  const eml = textOf(mail);
  expect(eml).toContain('Subject: Your code 4••••3\r\n');
  expect(eml).toContain('<h1 style="color:#c00">Welcome to Acme</h1>');
  expect(eml).not.toContain('482913');
  expect(reading).toMatchObject({ name: 'Your code 4••••3 (how it was read)', contentType: 'text/plain' });
  expect(textOf(reading)).toMatch(/How it was read\nCode: 4••••3\n {2}- 4••••3 in the \w+, score \d/);
  expect(textOf(reading)).toMatch(/Link: none\. .*\nWaits that looked at it:\n {2}- link: rejected, /);
  expect(why).toMatchObject({ name: 'why no link came', contentType: 'application/json' });
  expect(picture).toMatchObject({ name: 'Your code 4••••3', contentType: 'image/png' });
  const png = picture?.path ? readFileSync(picture.path) : Buffer.from(picture?.body ?? '', 'base64');
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  await testInfo.attach('picture', { body: png, contentType: 'image/png' });
  expect(attachments['passes']).toEqual([]);
  expect(attachments['passes, too']).toEqual([expect.objectContaining({ name: 'Your code 4••••3' })]);
  const text = attachments['fails without a browser']?.at(-1);
  expect(JSON.stringify(report)).not.toContain('482913');
  expect(text?.name).toBe('Your code 4••••3');
  expect(attachments['fails without a browser']?.map(({ name }) => name)).toEqual([
    'why no link came',
    'Your code 4••••3.eml',
    'Your code 4••••3',
  ]);
});

test('a failed test has its SMS as text, and no more than ten messages', async ({ runPlaywright }) => {
  const { projectFolder } = await runPlaywright(
    {
      'playwright.config.ts': configFile(
        `{ use, workers: 1, reporter: [['json', { outputFile: 'report.json' }]] }`,
        `{ ${OWN_SINK}, timeout: 500 }`,
      ),
      'a.spec.ts': `${IMPORTS}
const CODE = String(241456 * 2 + 1); // not to stand in a line of the report
test('fails', async ({ sms }) => {
  for (let sent = 0; sent < 12; sent++)
    await fetch(process.env.PLAYWRIGHT_2FA_SINK_URL + '/sms', { method: 'POST', body: JSON.stringify({ to: sms.number, from: 'ACME', body: 'Your code is ' + CODE }) });
  await sms.waitForCode();
  expect(1).toBe(2);
});`,
    },
    { ownReporters: true },
  );
  const report = JSON.parse(readFileSync(`${projectFolder}/report.json`, 'utf8')) as object;
  const attached = attachmentsOf(report)['fails'] ?? [];
  expect(attached).toHaveLength(10);
  expect(attached.every(({ name, contentType }) => name === 'SMS from ACME' && contentType === 'text/plain')).toBe(
    true,
  );
  expect(textOf(attached.at(-1))).toMatch(/Your code is 4••••3\n\nHow it was read\nCode: 4••••3\n[^]*- code: returned/);
  expect(JSON.stringify(attached.map(textOf))).not.toContain('482913');
});

/** Text of an attachment. */
function textOf(attachment: Attachment | undefined): string {
  return attachment?.path
    ? readFileSync(attachment.path, 'utf8')
    : Buffer.from(attachment?.body ?? '', 'base64').toString();
}

/** The attachments of each test, by test title. */
function attachmentsOf(report: object): Record<string, Attachment[]> {
  const found: Record<string, Attachment[]> = {};
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { title, tests } = node as { title?: string; tests?: { results: { attachments: Attachment[] }[] }[] };
    if (title && tests)
      found[title] = (tests[0]?.results[0]?.attachments ?? []).filter(({ name }) => name !== 'error-context');
    for (const child of Object.values(node)) visit(child);
  };
  visit(report);
  return found;
}
