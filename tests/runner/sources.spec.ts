import { symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HAS_OPENSSL, WITHOUT_OPENSSL } from '../support/certificate.ts';
import { DOVECOT_PASSWORD, DovecotServer, HAS_DOVECOT, WITHOUT_DOVECOT } from '../support/dovecot-server.ts';
import { API_KEY, MailosaurStandIn, SERVER_ID } from '../support/mailosaur-stand-in.ts';
import { MailpitStandIn } from '../support/mailpit-stand-in.ts';
import { SmtpDoor } from '../support/smtp-door.ts';
import { type Files, expect, test } from '../support/run-playwright.ts';

const SITE = fileURLToPath(new URL('../apps/better-auth/server.mjs', import.meta.url));

// The same three tests for each source. Only the configuration differs.
const SPEC = `
import { expect, test } from 'playwright-2fa';

test('a new user confirms the e-mail address', async ({ page, persona, inbox }) => {
  await page.goto('/sign-up');
  await page.getByLabel('Email').fill(inbox.address);
  await persona.fillPassword(page.getByLabel('Password'));
  await page.getByRole('button', { name: 'Create account' }).click();
  await inbox.openLink(page);
  await expect(page.getByText('Signed in as')).toBeVisible();
});

test('signs in by an e-mailed code', async ({ page, inbox }) => {
  await page.goto('/email-code');
  await page.getByLabel('Email').fill(inbox.address);
  await page.getByRole('button', { name: 'Send code' }).click();
  await inbox.fillCode(page.getByLabel('Code', { exact: true }));
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByText('Signed in as')).toBeVisible();
});

test('signs in by a link in a mail', async ({ page, persona }) => {
  await persona.signIn(page, '/magic-link');
  await expect(page.getByText('Signed in as')).toBeVisible();
});
`;

interface Mailbox {
  /** Options of \`withTwoFactor\`. */
  readonly options: string;
  /** SMTP port that the site sends its mail to. @default the sink's */
  readonly smtpPort?: number;
  readonly files?: Files;
  readonly env?: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const MAILBOXES: Readonly<Record<string, () => Promise<Mailbox>>> = {
  sink: async () => ({ options: 'smtpPort: 0, httpPort: 0', close: async () => undefined }),

  Mailpit: async () => {
    const server = await MailpitStandIn.start({ credentials: 'qa:Password-of-Mailpit' });
    const url = server.url.replace('//', '//qa:Password-of-Mailpit@');
    const close = async (): Promise<void> => await server.close();
    return { options: `mail: mailpit({ url: '${url}' })`, smtpPort: server.smtpPort, close };
  },

  IMAP: async () => {
    const server = await DovecotServer.start();
    const door = await SmtpDoor.open((to, raw) => server.deliver(to, raw));
    return {
      options: `mail: imap({ host: '127.0.0.1', port: ${server.port}, secure: false, user: 'qa@acme.test' })`,
      smtpPort: door.port,
      files: { '.env': `IMAP_PASSWORD=${DOVECOT_PASSWORD}\n` },
      close: async () => {
        await door.close();
        await server.stop();
      },
    };
  },

  Mailosaur: async () => {
    const server = await MailosaurStandIn.start();
    const door = await SmtpDoor.open((to, raw) => server.deliverMail(to, raw));
    return {
      options: `mail: mailosaur({ serverId: '${SERVER_ID}', url: '${server.url}' })`,
      smtpPort: door.port,
      files: { '.env': `MAILOSAUR_API_KEY=${API_KEY}\n`, 'ca.pem': server.certificate },
      env: { NODE_EXTRA_CA_CERTS: 'ca.pem' },
      close: async () => {
        await door.close();
        await server.close();
      },
    };
  },
};

function configuration({ options, smtpPort }: Mailbox): string {
  const site = {
    name: 'better-auth',
    command: `"${process.execPath}" "${SITE}"`,
    env: { PORT: '0', ...(smtpPort === undefined ? {} : { SMTP_PORT: String(smtpPort) }) },
  };
  return `
import { defineConfig } from '@playwright/test';
import { imap, mailosaur, mailpit, withTwoFactor, type TwoFactorOptions } from 'playwright-2fa';

export default withTwoFactor(
  defineConfig<TwoFactorOptions>({
    fullyParallel: true,
    workers: 2,
    reporter: 'list',
    use: {
      baseURL: process.env.BETTER_AUTH_URL,
      trace: 'on',
      launchOptions: { executablePath: process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH },
    },
    webServer: { ...${JSON.stringify(site)}, wait: { stdout: /better-auth host ready url=(?<better_auth_url>\\S+)/ } },
  }),
  { failOnLeak: true, ${options} },
);
`;
}

for (const [name, start] of Object.entries(MAILBOXES)) {
  test(`the same spec file signs up and signs in with mail from ${name}`, async ({ runPlaywright, userFolder }) => {
    test.skip(name === 'IMAP' && !HAS_DOVECOT, WITHOUT_DOVECOT);
    test.skip(name === 'Mailosaur' && !HAS_OPENSSL, WITHOUT_OPENSSL);
    if (name === 'IMAP') linkPackage('imapflow', userFolder);
    const mailbox = await start();
    try {
      const files = { ...mailbox.files, 'playwright.config.ts': configuration(mailbox), 'mail.spec.ts': SPEC };
      const { output, exitCode } = await runPlaywright(files, { env: mailbox.env ?? {}, ownReporters: true });
      expect(output).toContain('3 passed');
      expect(output).toMatch(/playwright-2fa: no secret in \d+ artifacts/);
      expect(exitCode).toBe(0);
    } finally {
      await mailbox.close();
    }
  });
}

/** Links a package into the project, as if the user had installed it. */
function linkPackage(name: string, userFolder: string): void {
  const ours = dirname(fileURLToPath(import.meta.resolve(`${name}/package.json`)));
  symlinkSync(ours, join(userFolder, 'node_modules', name));
}
